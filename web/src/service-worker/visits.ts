/** What the offline page may load: nothing but its own style and script, and whether the server is back. */
const policy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "script-src 'unsafe-inline'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** Whether a person opens a page. An overlay on air is none: it lies on a video, where no page may appear. */
export function isPageVisit({ mode, url }: Pick<Request, 'mode' | 'url'>): boolean {
  return mode === 'navigate' && !new URL(url).pathname.startsWith('/overlay/')
}

/** The server's answer, or `offlinePage` where the server does not answer. */
export async function answerVisit(
  request: Request,
  offlinePage: string,
  fetchPage: (request: Request) => Promise<Response> = fetch,
): Promise<Response> {
  try {
    return await fetchPage(request)
  } catch {
    return new Response(offlinePage, {
      status: 503,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy,
        'cache-control': 'no-store',
      },
    })
  }
}
