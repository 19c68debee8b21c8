import type { Fault } from '../harness/define-fault.ts'
import { cassandraAway } from './05-cassandra-away.ts'
import { clockSkew } from './19-clock-skew.ts'
import { clocks } from './12-clocks-and-many-channels.ts'
import { content } from './14-hostile-content.ts'
import { deafClients } from './10-clients-never-read.ts'
import { floods } from './13-floods.ts'
import { fullDisk } from './17-full-disk.ts'
import { gatewayKilled } from './09-gateway-killed.ts'
import { ingestsChange } from './08-ingests-change.ts'
import { bufferOverflows, kafkaKilled, kafkaLongAway } from './04-kafka-killed.ts'
import { longRestart } from './18-long-restart.ts'
import { machineSleeps } from './22-machine-sleeps.ts'
import { poison } from './11-dead-letters.ts'
import { processorKilled } from './01-processor-killed.ts'
import { processorPaused } from './02-processor-paused.ts'
import { processorsComeAndGo } from './03-processors-join-and-leave.ts'
import { rollingRestart } from './16-rolling-restart.ts'
import { secondInstallation } from './21-second-installation.ts'
import { twitchEjects } from './20-twitch-ejects.ts'
import { twitchFails } from './07-twitch-fails.ts'

/** Every fault, in the order of its number. */
export const faults: readonly Fault[] = [
  processorKilled,
  processorPaused,
  processorsComeAndGo,
  kafkaKilled,
  kafkaLongAway,
  bufferOverflows,
  cassandraAway,
  twitchFails,
  ingestsChange,
  gatewayKilled,
  deafClients,
  poison,
  clocks,
  floods,
  content,
  rollingRestart,
  fullDisk,
  longRestart,
  clockSkew,
  twitchEjects,
  secondInstallation,
  machineSleeps,
]
