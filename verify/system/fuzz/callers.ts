import fc from 'fast-check';
import {newId} from '#platform/ids.ts';
import {bearer, imposters, tokenFor, type Signer} from '#platform/test/tokens.ts';

export type Headers = {authorization?: string};

/** The headers of an admin, of one user, of another, and of callers that AUTH=token refuses. */
export type Callers = {admin: Headers; owner: Headers; another: Headers; refused: Headers[]};

/** Longer than any campaign. */
const A_DAY_S = 86_400;

export async function callersOf(signer: Signer, userId: string): Promise<Callers> {
  const headersOf = async (id: string, role?: 'admin') => bearer(await tokenFor(signer, id, role, A_DAY_S));
  const wrong = imposters.map(async ([, authorizationOf]) => ({authorization: await authorizationOf(signer, userId)}));
  return {
    admin: await headersOf(newId(), 'admin'),
    owner: await headersOf(userId),
    another: await headersOf(newId()),
    refused: [{}, ...(await Promise.all(wrong))],
  };
}

/** Mostly an admin, whose requests get furthest; sometimes each of the others. */
export const mixed = ({admin, owner, another, refused}: Callers): fc.Arbitrary<Headers> =>
  fc.oneof(
    {weight: 6, arbitrary: fc.constant(admin)},
    {weight: 2, arbitrary: fc.constant(owner)},
    {weight: 1, arbitrary: fc.constant(another)},
    {weight: 1, arbitrary: fc.constantFrom(...refused)},
  );
