// Where things stand in the module's memory, in bytes. wasmScan.ts and moduleForms.ts read the same figures through `layout`.

/** Room of the module's own statics. */
const FIRST: i32 = 4096;
/** One bit for each hash of the last three bytes of a label: those whose every message counts, and those with a list. */
export const WHOLE_LABELS: i32 = FIRST;
export const LISTED_LABELS: i32 = WHOLE_LABELS + 8192;
/** One bit for each hash of the first twelve bytes of a message that counts, or of eight or four if it begins shorter. */
export const STARTS: i32 = LISTED_LABELS + 8192;
export const EIGHT_STARTS: i32 = STARTS + 8192;
export const FOUR_STARTS: i32 = EIGHT_STARTS + 8192;
/** One bit for each hash of the first four bytes of any of these: most messages are told apart by it. */
export const ALL_STARTS: i32 = FOUR_STARTS + 8192;
/** One byte, not 0, for each first byte of those that are shorter still. */
export const SHORT_STARTS: i32 = ALL_STARTS + 8192;
/** What a prefix consists of: see lineHead.ts. */
export const PROGRAM: i32 = SHORT_STARTS + 256;
export const PROGRAM_BYTES: i32 = 4096;
/** The keys of a json record: a byte with the length of each, then its bytes. */
export const KEYS: i32 = PROGRAM + PROGRAM_BYTES;
export const KEYS_BYTES: i32 = 512;
/** What each byte can be in a name: see plainNames.ts. */
export const IN_NAMES: i32 = KEYS + KEYS_BYTES;
/** Where names stand among the constant parts of the line that is read: in two bytes where each begins, and where it ends; see line.ts. */
export const NAME_PLACES: i32 = IN_NAMES + 256;
/** The constant parts of the lines that were read and whose forms are not yet known, one behind the other. */
export const SCRATCH: i32 = (NAME_PLACES + 32 + 63) & -64;
export const MOST_CONSTANT_BYTES: i32 = 2048;
export const SCRATCH_BYTES: i32 = 3 * MOST_CONSTANT_BYTES;
/** Those of one line, without its names: of which two bytes may be left where one stood. */
export const NAMELESS: i32 = SCRATCH + SCRATCH_BYTES + 64;
/** The lines that wait: WAITING_BYTES each, see waiting.ts. */
export const WAITING: i32 = NAMELESS + 2 * MOST_CONSTANT_BYTES + 64;
export const WAITING_BYTES: i32 = 80;
export const MOST_WAITING: i32 = 16;
/** Forms that were derived of others, and which these are: 16 bytes each, see forms.ts. */
export const DERIVED: i32 = WAITING + WAITING_BYTES * MOST_WAITING;
export const MOST_DERIVED: i32 = 1024;
/** Lines that were read: RECORD_BYTES each, see records.ts and lines.ts. */
export const RECORDS: i32 = DERIVED + 16 * MOST_DERIVED;
export const RECORD_BYTES: i32 = 72;
export const MOST_RECORDS: i32 = 4096;
/** The hosts by their hashes, in open addressing: 4 bytes each; then the texts of the hosts, see hosts.ts. */
export const HOSTS: i32 = RECORDS + RECORD_BYTES * (MOST_RECORDS + 1);
export const HOST_SLOTS: i32 = 32768;
export const MOST_HOSTS: i32 = 16384;
export const HOST_TEXTS: i32 = (HOSTS + 4 * HOST_SLOTS + 63) & -64;
export const HOST_BYTES: i32 = 64;
/** What the hosts' numbers are outside: 4 bytes each. */
export const HOST_NUMBERS: i32 = HOST_TEXTS + HOST_BYTES * MOST_HOSTS;
/** Hashes of forms that were seen once: direct-mapped. */
export const SEEN: i32 = HOST_NUMBERS + 4 * MOST_HOSTS;
export const SEEN_COUNT: i32 = 8192;
/** The forms by their hashes, in open addressing: 4 bytes each, see forms.ts. */
export const INDEX: i32 = SEEN + 8 * SEEN_COUNT;
export const MOST_FORMS: i32 = 16384;
/** The forms, one behind the other. */
export const ARENA: i32 = (INDEX + 2 * 4 * MOST_FORMS + 63) & -64;
export const ARENA_BYTES: i32 = 8 * 1024 * 1024;
/** A window of them: its blocks in which something stands, 8 bytes each, and the places, 4 bytes each. */
export const WINDOW_BYTES: i32 = 8192;
export const BLOCKS: i32 = ARENA + ARENA_BYTES;
export const PLACES: i32 = BLOCKS + WINDOW_BYTES / 4 + 64;
/** The bytes of the log; 64 more can be read behind them. */
export const INPUT: i32 = PLACES + 4 * WINDOW_BYTES + 64;
export const INPUT_BYTES: i32 = 2 * 1024 * 1024;
