// The transcoder as a process, with what its deployed task would have: the environment of the task definition, and credentials of
// its role. Tasks themselves need Docker.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { type AwsCall, callJson } from '#platform/aws-call.ts'
import { certificate, folder } from './certificate.ts'
import type { Services } from './roles.ts'
import { assumeRole } from './roles.ts'

const root = join(import.meta.dirname, '..', '..')
const logFile = join(folder, 'transcoder.log')

const Definition = z.object({
  taskDefinition: z.object({
    taskRoleArn: z.string(),
    containerDefinitions: z.array(
      z.object({ environment: z.array(z.object({ name: z.string(), value: z.string() })) }),
    ),
  }),
})

export interface Worker {
  stop(): Promise<void>
}

/** Resolves when it waits for work. */
export async function startWorker(
  call: AwsCall,
  services: Services,
  taskDefinition: string,
): Promise<Worker> {
  const request = {
    service: 'ecs',
    target: 'AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition',
  }
  const answer = Definition.parse(await callJson(call, request, { taskDefinition }))
  const { taskRoleArn, containerDefinitions } = answer.taskDefinition
  const deployed = containerDefinitions[0]?.environment ?? []
  const role = await assumeRole(call, taskRoleArn)
  const child = spawn(process.execPath, [join(root, 'transcoder', 'main.ts')], {
    env: {
      // The machine's own, as an image would have them.
      ...Object.fromEntries(
        ['PATH', 'HOME', 'TMPDIR', 'FFMPEG_PATH', 'FFPROBE_PATH'].flatMap(name =>
          process.env[name] ? [[name, process.env[name]]] : [],
        ),
      ),
      ...Object.fromEntries(deployed.map(({ name, value }) => [name, value])),
      // What ECS gives a task.
      AWS_REGION: services.region,
      AWS_ACCESS_KEY_ID: role.accessKeyId,
      AWS_SECRET_ACCESS_KEY: role.secretAccessKey,
      AWS_SESSION_TOKEN: role.sessionToken,
      // Where the emulator is, in the place of AWS.
      AWS_ENDPOINT_URL: services.endpoint,
      NODE_EXTRA_CA_CERTS: certificate,
      MILLRACE_PARENT_PIPE: '1',
    },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  })
  const log = createWriteStream(logFile)
  child.stdout?.pipe(log, { end: false })
  child.stderr?.pipe(log, { end: false })
  await begun(child)
  return {
    async stop() {
      if (child.exitCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function begun(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the transcoder ended with ${code} before it was ready: see ${logFile}`)
  })
  await Promise.race([once(child, 'message'), ended])
  ended.catch(() => undefined)
}
