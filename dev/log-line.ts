/** A line of a service's log. Lines of a request have more: its ids, and in the last one what was answered. */
export type LogLine = {
  level: string;
  time: string;
  service: string;
  msg: string;
  trace_id?: string;
  method?: string;
  route?: string;
  status?: number;
  ms?: number;
  err?: {type: string; message: string; stack?: string};
};

/** The line that this text is; undefined for any other text. */
export function logLineIn(text: string): LogLine | undefined {
  try {
    const line = JSON.parse(text) as Partial<LogLine> | null;
    return line?.time && line.service && line.level && line.msg ? (line as LogLine) : undefined;
  } catch {
    return undefined;
  }
}
