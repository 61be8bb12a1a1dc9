import {readConfig} from '#platform/config.ts';
import {Registry} from 'prom-client';
import {openStore} from '#platform/mongo/connection.ts';
import {unlimited} from '#platform/rate-limit.ts';
import {createHttpServer} from '#platform/server.ts';
import {connectionLimitsIn} from '#platform/settings.ts';
import {createApp} from '../../../services/users/app.ts';
import {settings} from '../../../services/users/config.ts';
import {createDerive} from '../../../services/users/hashing.ts';
import {createPasswords} from '../../../services/users/passwords.ts';
import {createStore} from '../../../services/users/store.ts';
import {blindParts} from './parts.ts';

// users without metrics, log and traces.
const config = readConfig(settings, process.env);
const parts = await blindParts('users', config);
const store = await openStore(config.MONGO_URL, parts, createStore);
const passwords = createPasswords(createDerive(new Registry()));
const app = createApp(parts, {store, passwords, limitAccount: unlimited, observe: () => undefined}, undefined);
createHttpServer(app, parts, connectionLimitsIn(config)).listen(config.PORT);
