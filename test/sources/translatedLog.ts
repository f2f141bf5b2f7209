import { translationsOf, msgidsOf, wordingsOf } from '../../src/core/connection/languages.ts';
import { fillTemplate, matchTemplate, messageTemplate } from '../../src/core/connection/messageTemplate.ts';
import { english } from '../../src/core/connection/messageTexts.ts';
import { sectionLabels } from '../../src/core/log/labelTexts.ts';
import { readTranslations } from '../../src/core/log/translations.ts';
import type { Printed } from '../core/serverLog.ts';

const translatedMsgids = Object.keys(readTranslations());

/** How a language words a text of the catalogs, in the last of the releases that are known. */
export function inLanguage(language: string, text: string): string {
  return wordingsOf(text).findLast((wording) => wording.language === language)?.text ?? text;
}

/** What a server prints for this record where lc_messages is this language. */
export function translated(record: Printed, language: string): Printed {
  const { severity, message, detail } = record;
  return {
    ...record,
    severity: inLanguage(language, severity),
    message: translateMessage(message, language),
    ...(detail === undefined
      ? {}
      : {
          detail: detail
            .split('\n')
            .map((line) => translateMessage(line, language))
            .join('\n'),
        }),
  };
}

/** The labels of sections and `[unknown]` in a stderr log that was printed with English ones. */
export function translateLabels(log: string, language: string): string {
  const labels = [...sectionLabels.map((label) => `${label}:  `), '[unknown]'];
  return labels.reduce((text, label) => text.replaceAll(label, inLanguage(language, label)), log);
}

/** 13 and later put a login's sentence together from pieces. */
const pieces = [english.authorized, english.database, english.application];

function translateMessage(message: string, language: string): string {
  const login = /^(connection authorized: user=.*?)( database=.*?)( application_name=.*)?$/s.exec(message);
  if (login)
    return login
      .slice(1)
      .filter((piece: string | undefined) => piece !== undefined)
      .map((piece, index) => translateText(piece, msgidsOf(pieces[index] ?? ''), language))
      .join('');
  return translateText(message, translatedMsgids, language);
}

function translateText(text: string, msgids: readonly string[], language: string): string {
  for (const msgid of msgids) {
    const values = matchTemplate(messageTemplate(msgid), text);
    const wording = values && translationsOf(msgid).findLast((each) => each.language === language);
    if (values && wording) return fillTemplate(wording.template, values);
  }
  return text;
}
