import type {Defect} from '../defect.ts';

export const users: Defect[] = [
  {
    name: 'a login of nobody costs nothing',
    cost: 'The time of a login tells who has an account',
    file: 'services/users/passwords.ts',
    from: '    async verify(password, phc = nobodys) {\n',
    to: '    async verify(password, phc = nobodys) {\n      if (phc === nobodys) return false;\n',
    caughtBy: 'services/users/test/sessions.test.ts',
  },
  {
    name: 'a token is enough to change a password',
    cost: 'Whoever steals a token has the account for ever',
    file: 'services/users/users.ts',
    from: '  if (needsProof(caller, id, change)) await prove(deps, id, currentPassword);\n',
    to: '',
    caughtBy: 'services/users/test/change.test.ts',
  },
  {
    name: 'any JWT of the issuer is a token',
    cost: 'What was signed for another purpose opens the API',
    file: 'services/platform/auth.ts',
    from: ' typ: type,',
    to: '',
    caughtBy: 'services/platform/test/auth.test.ts',
  },
];
