const firstMs = 5000
const spreadMs = 25_000

/**
 * Loads the page again as soon as the server serves it: at an address that does not answer, an overlay would end as an error page.
 * Returns what ends it.
 */
export function reloadWhenServed(
  reload = () => location.reload(),
  isServed = () => fetch(location.href, { method: 'HEAD' }).then(({ ok }) => ok),
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const attempt = async () => {
    if (await isServed().catch(() => false)) reload()
    else plan()
  }
  // Overlays whose server was replaced do not return together.
  const plan = () => (timer = setTimeout(() => void attempt(), firstMs + Math.random() * spreadMs))
  plan()
  return () => clearTimeout(timer)
}
