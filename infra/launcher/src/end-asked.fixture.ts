import { endAsked } from './end-asked.ts'

/** Says that it is up, then by a line each second that it still is, until its end is requested. */
const signal = endAsked()
console.log(`up as ${process.pid}`)
const ticking = setInterval(() => console.log('tick'), 1000)
signal.addEventListener('abort', () => {
  clearInterval(ticking)
  console.log('its end was requested')
  process.exit(0)
})
