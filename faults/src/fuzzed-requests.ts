import fc from 'fast-check'

const path = fc.oneof(
  fc.webUrl({ withQueryParameters: true }).map((url) => url.replace(/^https?:\/\/[^/]*/, '') || '/'),
  fc.string({ unit: 'binary', maxLength: 300 }).map((text) => `/${text}`),
  fc.string({ maxLength: 80 }).map((text) => `/api/channels/${encodeURIComponent(text)}/stats`),
  fc.string({ maxLength: 80 }).map((text) => `/api/channels/${text}/stats?window_start=${text}`),
  fc.constantFrom(
    '/..%2f..%2fetc/passwd',
    '/%00',
    '/api/%E0%A4%A',
    '//evil.example/',
    '/?channels=%ff',
    '*',
    '',
  ),
)
const header = fc.tuple(
  fc.oneof(
    fc.constantFrom(
      'Host',
      'Origin',
      'X-Forwarded-For',
      'Cookie',
      'Content-Length',
      'Transfer-Encoding',
      'Expect',
      'Authorization',
      'Accept',
      'Range',
    ),
    fc.stringMatching(/^[A-Za-z0-9-]{1,30}$/),
    fc.string({ maxLength: 30 }),
  ),
  fc.oneof(
    { weight: 3, arbitrary: fc.string({ maxLength: 200 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  ),
)
/** HTTP requests as nobody should send them: methods, paths and headers of any shape. */
export const rawRequest = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'TRACE') },
      fc.string({ maxLength: 10 }),
    ),
    path,
    fc.oneof({ weight: 8, arbitrary: fc.constant('HTTP/1.1') }, fc.constantFrom('HTTP/1.0', 'HTTP/9.9', '')),
    // Without one, Node refuses what nobody else gets to see then.
    fc.constantFrom('Host: x', 'Host: x', 'Host: x', ''),
    fc.array(header, { maxLength: 3 }),
  )
  .map(([method, target, version, host, headers]) =>
    [
      `${method} ${target} ${version}`,
      ...(host === '' ? [] : [host]),
      ...headers.map(([name, value]) => `${name}: ${value}`),
      'Connection: close',
      '',
      '',
    ].join('\r\n'),
  )
