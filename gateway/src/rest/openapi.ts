import { z } from 'zod'
import { errorBody, type ErrorKind } from '@chat-battle/contracts/rest/errors'
import { errorsOf, type ResponseDefinition, type Route } from '@chat-battle/contracts/rest/route'
import type { OpenApiDocument } from '@chat-battle/contracts/rest/routes/get-openapi'
import { protocolHeader, protocolVersion } from '@chat-battle/contracts/version'

const protocolHeaderRef = { [protocolHeader]: { $ref: '#/components/headers/Protocol' } }

/** Describes the routes as OpenAPI 3.1. */
export function describeRoutes(routes: readonly Route[]): OpenApiDocument {
  const paths = new Map<string, Record<string, unknown>>()
  for (const route of routes) {
    paths.set(route.path, { ...paths.get(route.path), [route.method.toLowerCase()]: operationOf(route) })
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Chat Battle',
      version: String(protocolVersion),
      description: 'Live statistics of Twitch chats. Times are epoch ms. Socket.IO pushes the same figures.',
    },
    paths: Object.fromEntries(paths),
    components: {
      schemas: componentSchemas(routes),
      headers: {
        Protocol: {
          description: 'The version of REST and Socket.IO that this gateway speaks',
          schema: { type: 'integer', minimum: 1 },
        },
      },
      securitySchemes: {
        operator: {
          type: 'http',
          scheme: 'bearer',
          description:
            'OPERATOR_TOKEN. Without that setting, the route serves the machine of the gateway only',
        },
      },
    },
  }
}

function operationOf(route: Route) {
  return {
    operationId: route.id,
    summary: route.summary,
    ...(route.access === 'operator' ? { security: [{ operator: [] }] } : {}),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: inputSchemaOf(route.body) } },
          },
        }),
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    responses: responsesOf(route),
  }
}

function parametersOf(schema: z.ZodObject, place: 'path' | 'query') {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' })
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property as Record<string, unknown>
    return {
      name,
      in: place,
      required: required.includes(name),
      description,
      schema: rest,
      ...(rest.type === 'array' ? { style: 'form', explode: false } : {}),
    }
  })
}

/** The errors by status, and the bodies of the route, which win where a status has both. */
function responsesOf(route: Route) {
  const errors = [...errorsOf(route)].map(([status, kinds]) => [status, errorResponse(kinds)] as const)
  const answers = Object.entries(route.responses).map(([status, answer]) => [status, bodyOf(answer)] as const)
  return Object.fromEntries<unknown>([...errors, ...answers])
}

function errorResponse(kinds: readonly ErrorKind[]) {
  return bodyOf({ name: 'Error', description: kinds.join(', '), body: errorBody })
}

function bodyOf({ name, description, streamedAs = ['application/json'] }: ResponseDefinition) {
  const schema = { $ref: `#/components/schemas/${name}` }
  const content = Object.fromEntries(streamedAs.map((mediaType) => [mediaType, { schema }]))
  return { description, headers: protocolHeaderRef, content }
}

function componentSchemas(routes: readonly Route[]): Record<string, unknown> {
  const bodies = routes.flatMap(({ responses }) =>
    Object.values(responses).map(({ name, body }) => [name, schemaOf(body)] as const),
  )
  return { ...Object.fromEntries(bodies), Error: schemaOf(errorBody) }
}

function inputSchemaOf(schema: z.ZodType): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return rest
}

function schemaOf(schema: z.ZodType): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'output' })
  return rest
}
