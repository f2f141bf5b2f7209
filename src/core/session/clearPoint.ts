/** Before this place of the log everything is forgotten: Clear's watermark, in terms of a state. */
export interface ClearPoint {
  /** Undefined = that file is not among those read: the time decides. */
  readonly fileNumber: number | undefined;
  readonly offsetBytes: number;
  readonly at: number;
}

/** True when what stands at a place of the log happened after Clear; NaN = at no known time. */
export function isAfterClear(
  clear: ClearPoint | undefined,
  fileNumber: number,
  offsetBytes: number,
  at: number,
): boolean {
  if (!clear) return true;
  if (clear.fileNumber === undefined) return !(at < clear.at);
  if (fileNumber !== clear.fileNumber) return fileNumber > clear.fileNumber;
  return offsetBytes >= clear.offsetBytes;
}
