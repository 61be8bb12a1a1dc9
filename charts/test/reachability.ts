import {BlockList, isIPv4} from 'node:net';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {
  matches,
  ofKind,
  withoutHash,
  type KubernetesObject,
  type Labels,
  type NetworkPolicy,
  type Peer,
} from '../../verify/lib/charts/kubernetes.ts';
import {containersOf, podsOf} from './pods.ts';
import {NAMESPACE} from '../../verify/lib/charts/render.ts';

type Ports = Record<string, number>;
/** A peer on the network: a pod, or an address outside the cluster. */
export type Party = {name: string; labels: Labels; namespace?: string; address?: string; ports: Ports};
type Connection = {port: number; protocol?: 'TCP' | 'UDP'};

export const policiesOf = (objects: KubernetesObject[]): NetworkPolicy[] => ofKind(objects, 'NetworkPolicy');

/** The pods, without the hash in the names of their jobs. */
export const partiesOf = (objects: KubernetesObject[]): Party[] =>
  podsOf(objects).map(pod => ({
    name: withoutHash(pod.owner),
    labels: pod.labels,
    namespace: NAMESPACE,
    ports: Object.fromEntries(
      containersOf(pod).flatMap(({ports = []}) => ports.map(port => [port.name, port.containerPort] as const)),
    ),
  }));

/** True if the policies allow the connection, both as egress of `from` and as ingress of `to`. */
export const mayReach = (policies: NetworkPolicy[], from: Party, to: Party, connection: Connection): boolean =>
  allows(policies, 'Egress', from, to, to.ports, connection) &&
  allows(policies, 'Ingress', to, from, to.ports, connection);

/** The database of a service, as `reachedBy` names it, if it has one. */
export const dataOf = (service: string): string[] =>
  servicesWithDatabase.includes(service) ? [`StatefulSet/${service}-mongodb mongodb`] : [];

/** The named ports of all pods that `from` can reach, such as "Deployment/users http". */
export function reachedBy(from: Party, objects: KubernetesObject[]): string[] {
  const policies = policiesOf(objects);
  return partiesOf(objects)
    .flatMap(to => Object.entries(to.ports).map(([name, port]) => ({to, name, port})))
    .filter(({to, port}) => mayReach(policies, from, to, {port}))
    .map(({to, name}) => `${to.name} ${name}`)
    .toSorted();
}

/** True if no policy selects the party, or if any policy that does allows the connection. */
function allows(
  policies: NetworkPolicy[],
  direction: 'Ingress' | 'Egress',
  party: Party,
  other: Party,
  names: Ports,
  connection: Connection,
): boolean {
  const selecting = policies
    .filter(() => party.namespace === NAMESPACE)
    .filter(({spec}) => spec.policyTypes.includes(direction) && matches(spec.podSelector, party.labels));
  const rules = selecting.flatMap(({spec}) => (direction === 'Ingress' ? spec.ingress : spec.egress) ?? []);

  return (
    selecting.length === 0 ||
    rules.some(({from, to, ports}) => {
      const peers = direction === 'Ingress' ? from : to;
      const isPeer = !peers || peers.some(peer => includes(peer, other));
      return isPeer && (!ports || ports.some(port => isPort(port, names, connection)));
    })
  );
}

function includes({podSelector, namespaceSelector, ipBlock}: Peer, {labels, namespace, address}: Party): boolean {
  if (ipBlock) return address !== undefined && isWithin(ipBlock.cidr, address);
  if (namespace === undefined) return false;

  const isThere = namespaceSelector
    ? matches(namespaceSelector, {'kubernetes.io/metadata.name': namespace})
    : namespace === NAMESPACE;
  return isThere && (!podSelector || matches(podSelector, labels));
}

function isWithin(cidr: string, address: string): boolean {
  const [network = '', prefix] = cidr.split('/');
  const family = isIPv4(network) ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(network, Number(prefix), family);
  return block.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

function isPort(
  {port, protocol = 'TCP'}: {port: number | string; protocol?: string},
  names: Ports,
  connection: Connection,
): boolean {
  const number = typeof port === 'number' ? port : names[port];
  return number === connection.port && protocol === (connection.protocol ?? 'TCP');
}
