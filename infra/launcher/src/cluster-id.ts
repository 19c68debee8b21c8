import { createHash } from 'node:crypto'

/**
 * The id of the Kafka cluster whose data are in a folder. It follows from the folder, so that a broker never takes up the data
 * of another.
 */
export function clusterIdOf(dir: string): string {
  const id = createHash('sha256').update(dir).digest().subarray(0, 16).toString('base64url')
  // Kafka's tools would take what begins with a dash for an option.
  return id.replace(/^-/, 'A')
}
