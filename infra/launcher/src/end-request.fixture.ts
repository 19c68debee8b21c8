import { endRequested } from './end-request.ts'

/** Prints a line at its start, then one per second, until its end is requested. */
const signal = endRequested()
console.log(`up as ${process.pid}`)
const ticking = setInterval(() => console.log('tick'), 1000)
signal.addEventListener('abort', () => {
  clearInterval(ticking)
  console.log('its end was requested')
  process.exit(0)
})
