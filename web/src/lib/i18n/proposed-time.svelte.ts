import { fromLocalInput, toLocalInput } from './zoned-time.ts'

/** A field of a form with a time that the page proposes until somebody types another, perhaps before the scripts run. */
export class ProposedTime {
  /** As its input has it. */
  typed = $state('')
  #proposed = ''
  #atMs: number | undefined

  /** Proposes a time, epoch ms, in a zone. Again when the zone becomes known. */
  propose(atMs: number, zone: string): void {
    if (this.typed === this.#proposed) this.replace(atMs, zone)
  }

  /** Proposes a time also where another was typed. */
  replace(atMs: number, zone: string): void {
    this.#atMs = atMs
    this.typed = this.#proposed = toLocalInput(atMs, zone)
  }

  /** Epoch ms; a proposed time has its seconds, which the input has not. Undefined: no time was typed. */
  in(zone: string): number | undefined {
    return this.typed === this.#proposed ? this.#atMs : fromLocalInput(this.typed, zone)
  }
}
