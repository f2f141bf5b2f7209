/** What the module exports (assembly/index.ts). */
export interface ModuleExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  layout(index: number): number;
  forget(): void;
  setReading(isOn: boolean): void;
  learn(form: number): boolean;
  learnAlike(form: number): boolean;
  namelessLength(): number;
  tellsNames(): boolean;
  derivedCount(): number;
  numberFrom(next: number): void;
  meet(length: number): void;
  metPlace(): number;
  metLength(): number;
  clear(): void;
  found(): number;
  whyNot(): number;
  readTo(): number;
  hostCount(): number;
  finish(from: number, to: number, offset: number): number;
  isZoneOfStart(): boolean;
  setZone(index: number, from: number, offset: number): void;
  lookForOthers(isOn: boolean): void;
  restart(): void;
  search(framing: number, from: number, to: number, startsLine: boolean, isMore: boolean): number;
}
