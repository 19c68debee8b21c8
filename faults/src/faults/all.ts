import type { Fault } from '../fault.ts'
import { processorKilled } from './processor-killed.ts'

/** Every fault, in the order of its number. */
export const faults: readonly Fault[] = [processorKilled]
