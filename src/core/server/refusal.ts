/** A server that is full answers nobody: what it said when it refused us (53300) is all that it tells. */
export interface ServerRefusal {
  readonly host: string;
  readonly port: number;
  /** As whom we asked. */
  readonly user: string;
  /** The server's own code and words, in its language. */
  readonly sqlState: string;
  readonly message: string;
}
