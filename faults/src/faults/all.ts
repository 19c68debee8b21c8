import type { Fault } from '../fault.ts'
import { cassandraAway } from './cassandra-away.ts'
import { clockSkew } from './clock-skew.ts'
import { clocks } from './clocks.ts'
import { content } from './content.ts'
import { deafClients } from './deaf-clients.ts'
import { floods } from './floods.ts'
import { gatewayKilled } from './gateway-killed.ts'
import { ingestsChange } from './ingests-change.ts'
import { bufferOverflows, kafkaKilled, kafkaLongAway } from './kafka-killed.ts'
import { poison } from './poison.ts'
import { processorKilled } from './processor-killed.ts'
import { processorPaused } from './processor-paused.ts'
import { processorsComeAndGo } from './processors-come-and-go.ts'
import { rollingRestart } from './rolling-restart.ts'
import { twitchFails } from './twitch-fails.ts'

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
  clockSkew,
]
