import { z } from '../../zod.ts'
import { defineRoute } from '../route.ts'

export const openApiDocument = z.object({
  openapi: z.literal('3.1.0'),
  info: z.record(z.string(), z.unknown()),
  paths: z.record(z.string(), z.unknown()),
  components: z.record(z.string(), z.unknown()),
})

export const getOpenApi = defineRoute({
  id: 'getOpenApi',
  method: 'GET',
  path: '/api/openapi.json',
  summary: 'Get this document',
  access: 'anyone',
  isRateLimited: true,
  needsView: false,
  params: z.object({}),
  query: z.object({}),
  responses: { 200: { name: 'OpenApiDocument', description: 'This document', body: openApiDocument } },
  errors: [],
})

export type OpenApiDocument = z.infer<typeof openApiDocument>
