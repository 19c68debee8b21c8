import fc from 'fast-check'

const text = fc.string({ maxLength: 80 })
/** Any bytes, percent-encoded so that they are allowed in a path. */
const escaped = fc
  .uint8Array({ maxLength: 60 })
  .map((bytes) => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''))
const path = fc.oneof(
  fc.webUrl({ withQueryParameters: true }).map((url) => url.replace(/^https?:\/\/[^/]*/, '') || '/'),
  escaped.map((name) => `/${name}`),
  escaped.map((names) => `/?channels=${names}`),
  escaped.map((name) => `/api/channels/${name}/stats`),
  fc.tuple(fc.webSegment(), fc.webQueryParameters()).map(([name, query]) => `/api/${name}?${query}`),
  fc.tuple(text, fc.integer()).map(([name, start]) => {
    return `/api/channels/${encodeURIComponent(name)}/stats?window_start=${start}`
  }),
  fc.webQueryParameters().map((query) => `/socket.io/?EIO=4&transport=polling&${query}`),
  fc.string({ unit: 'binary', maxLength: 300 }).map((name) => `/${name}`),
  text.map((name) => `/api/channels/${name}/stats?window_start=${name}`),
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
/** Known headers, with plausible values and with any text. */
const known = fc.oneof(
  ...Object.entries({
    Host: ['evil.example', '[::1', 'x:99999'],
    Origin: ['null', 'https://evil.example', 'not an origin'],
    'X-Forwarded-For': ['203.0.113.9', '203.0.113.9, unknown', '::'],
    'X-Forwarded-Host': ['evil.example'],
    'X-Forwarded-Proto': ['gopher'],
    Cookie: ['a=b; =; c'],
    'Content-Length': ['0', '5', '16384', '99999999', '5, 5', '-1', '0x5'],
    'Content-Type': ['application/json', 'text/plain;charset=none', 'multipart/form-data'],
    'Transfer-Encoding': ['chunked', 'gzip, chunked', 'identity'],
    'Content-Encoding': ['gzip', 'none such'],
    Expect: ['100-continue', '200-ok'],
    Authorization: ['Bearer', 'Basic Og=='],
    Accept: ['*/*', 'text/event-stream', '/'],
    'Accept-Encoding': ['br;q=nan'],
    Range: ['bytes=0-', 'bytes=9-1', 'lines=1-2'],
    'If-None-Match': ['W/"', '*'],
    'If-Modified-Since': ['never'],
    Upgrade: ['websocket', 'h2c'],
  }).map(([name, values]) => fc.tuple(fc.constant(name), fc.oneof(fc.constantFrom(...values), text))),
)
const header = fc.oneof(
  { weight: 6, arbitrary: known },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.stringMatching(/^[A-Za-z0-9-]{1,30}$/), fc.string({ maxLength: 200 })),
  },
  { weight: 1, arbitrary: fc.tuple(text, fc.string({ unit: 'binary', maxLength: 200 })) },
)
const likely = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: rare })

/** HTTP requests with methods, paths, headers and bodies of any shape. Most of them get past a parser. */
export const rawRequest = fc
  .tuple(
    likely(
      fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'TRACE', 'DELETE', 'PATCH'),
      fc.oneof(fc.constantFrom('CONNECT', 'PRI', 'get'), fc.string({ maxLength: 10 })),
    ),
    path,
    likely(fc.constant('HTTP/1.1'), fc.constantFrom('HTTP/1.0', 'HTTP/9.9', '')),
    // Mostly present: Node itself refuses requests without Host, so they test nothing of ours.
    likely(fc.constant('Host: x'), fc.constant('')),
    fc.array(header, { maxLength: 3 }),
    likely(fc.constant(''), fc.string({ maxLength: 40 })),
  )
  .map(([method, target, version, host, headers, body]) =>
    [
      `${method} ${target} ${version}`,
      ...(host === '' ? [] : [host]),
      ...headers.map(([name, value]) => `${name}: ${value}`),
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
