/** A method of a store while it runs: its name, and where it works. No value of a user is in it. */
export type Operation = {
  operation: string;
  collection: string;
  database: string;
  serverAddress: string;
  serverPort: number;
};

/** Is told that an operation begins. Returns what is told that it has ended, with the error if it failed. */
export type Observer = (operation: Operation) => (error?: unknown) => void;

const observers: Observer[] = [];

/** Lets the observer watch every operation of every store of the process from now on. */
export const observeOperations = (observer: Observer): void => void observers.push(observer);

type Connection = {name: string; host: string; port: number};

/** What all operations of a store on this collection have in common. */
export const placeOf = ({name, host, port}: Connection, collection: string): Omit<Operation, 'operation'> => ({
  collection,
  database: name,
  serverAddress: host,
  serverPort: port,
});

/** Runs the work while the observers watch it. */
export async function observed<T>(operation: Operation, work: () => Promise<T>): Promise<T> {
  const ends = observers.map(observer => observer(operation));
  try {
    const result = await work();
    for (const end of ends) end();
    return result;
  } catch (error) {
    for (const end of ends) end(error);
    throw error;
  }
}
