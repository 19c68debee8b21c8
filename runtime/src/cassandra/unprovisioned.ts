/**
 * Cassandra has no error code for a keyspace, table, column or index that the provisioner has not created yet. Without its index, a
 * query that needs one would have to filter.
 */
const isUnprovisionedMessage =
  /does not exist|unconfigured table|undefined column|might involve data filtering/i

/** Whether an invalid request becomes valid when the provisioner has run. */
export function isUnprovisioned({ message }: Error): boolean {
  return isUnprovisionedMessage.test(message)
}
