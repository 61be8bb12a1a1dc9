import {readConfig} from '#platform/config.ts';
import {Registry} from 'prom-client';
import {openStore} from '#platform/mongo/connection.ts';
import {createHttpServer} from '#platform/server.ts';
import {connectionLimitsIn} from '#platform/settings.ts';
import {createApp} from '../../../services/orders/app.ts';
import {settings} from '../../../services/orders/config.ts';
import {createStore} from '../../../services/orders/store.ts';
import {createFindUser} from '../../../services/orders/users-client.ts';
import {blindParts} from './parts.ts';

// orders without metrics, log and traces, except the metrics of its calls to users.
const config = readConfig(settings, process.env);
const parts = await blindParts('orders', config);
const store = await openStore(config.MONGO_URL, parts, createStore);
const app = createApp(parts, {store, findUser: createFindUser(config, new Registry()), observe: () => undefined});
createHttpServer(app, parts, connectionLimitsIn(config)).listen(config.PORT);
