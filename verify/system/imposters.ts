export {imposters, names} from '#platform/test/tokens.ts';
