// Where things stand in the module's memory, in bytes. bookMemory.ts reads the same figures through `layout`, and has
// the names of the fields.

/** Room of the module's own statics. */
const FIRST: i32 = 4096;
/** What is told with each call, and answered: a double each, see cells.ts. */
export const CELLS: i32 = FIRST;
const CELLS_BYTES: i32 = 256;
/** A disconnection and an authorization that were found to have the same names: 8 bytes, by a hash of the two. */
export const PAIRS: i32 = CELLS + CELLS_BYTES;
export const MOST_PAIRS: i32 = 8192;
/** What is known of the forms, by their numbers, see facts.ts. */
export const FACTS: i32 = PAIRS + 8 * MOST_PAIRS;
export const FACT_BYTES: i32 = 8;
export const MOST_FORMS: i32 = 65536;
/** What names are to the store of events: of forms, and FATALs, four numbers of 4 bytes each, of hosts one; names.ts. */
export const FORM_NAMES: i32 = FACTS + FACT_BYTES * MOST_FORMS;
export const FORM_NAMES_BYTES: i32 = 16;
export const FATAL_NAMES: i32 = FORM_NAMES + FORM_NAMES_BYTES * MOST_FORMS;
export const HOST_NAMES: i32 = FATAL_NAMES + FORM_NAMES_BYTES * MOST_FORMS;
export const MOST_HOSTS: i32 = 65536;
/** Lines that are booked: doubles, see lineBlock.ts; and one more, of what is no line. */
export const LINES: i32 = HOST_NAMES + 4 * MOST_HOSTS;
export const LINE_BYTES: i32 = 72;
export const MOST_LINES: i32 = 4096;
/** A ring of what waits: doubles, see waitingRows.ts. */
export const WAITING: i32 = LINES + LINE_BYTES * (MOST_LINES + 1);
export const WAITING_BYTES: i32 = 96;
export const MOST_WAITING: i32 = 8192;
/** Events that are told: a column each, and what they come to, minute by minute, see telling.ts. */
export const TOLD: i32 = WAITING + WAITING_BYTES * MOST_WAITING;
export const MOST_TOLD: i32 = 2048;
export const TOLD_BYTES: i32 = 72;
export const MINUTES: i32 = TOLD + TOLD_BYTES * MOST_TOLD;
export const MINUTE_BYTES: i32 = 128;
/** Sessions, see rows.ts; row 0 is none. */
export const ROWS: i32 = (MINUTES + MINUTE_BYTES * MOST_TOLD + 127) & -128;
export const ROW_BYTES: i32 = 128;
export const MOST_ROWS: i32 = 65536;
/** Which rows became what they are, in order: rings of 8 bytes, see rows.ts. */
export const ORDERS: i32 = ROWS + ROW_BYTES * MOST_ROWS;
export const ORDER_BYTES: i32 = 8 * 16384;
/** The newest row of each pid: 4 bytes. pid_max of Linux is no more. */
export const PIDS: i32 = ORDERS + 2 * ORDER_BYTES;
export const MOST_PIDS: i32 = 4194304;
