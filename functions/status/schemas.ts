// The shapes of the HTTP API by name, as the OpenAPI document has them.
import type * as z from 'zod/mini'
import * as accounts from '#domain/account-api.ts'
import * as api from '#domain/api.ts'

export const schemas = {
  BeginImport: api.BeginImport,
  BeginUpload: api.BeginUpload,
  BegunUpload: api.BegunUpload,
  SignParts: api.SignParts,
  SignedParts: api.SignedParts,
  HeldParts: api.HeldParts,
  CompleteUpload: api.CompleteUpload,
  ChangeVideo: api.ChangeVideo,
  OpenPlayback: api.OpenPlayback,
  CreateShare: api.CreateShare,
  ShareView: api.ShareView,
  ShareList: api.ShareList,
  VideoView: api.VideoView,
  VideoPage: api.VideoPage,
  UsageView: api.UsageView,
  PlaybackView: api.PlaybackView,
  Oembed: api.Oembed,
  Register: accounts.Register,
  SignIn: accounts.SignIn,
  StandingView: accounts.StandingView,
  AccountView: accounts.AccountView,
  ChangeAccount: accounts.ChangeAccount,
  ChangePassword: accounts.ChangePassword,
  ConfirmPassword: accounts.ConfirmPassword,
  SessionList: accounts.SessionList,
  CreateKey: accounts.CreateKey,
  CreatedKey: accounts.CreatedKey,
  KeyList: accounts.KeyList,
  Ticket: accounts.Ticket,
  UserList: accounts.UserList,
  ChangeUser: accounts.ChangeUser,
  CreateInvitation: accounts.CreateInvitation,
  CreatedInvitation: accounts.CreatedInvitation,
  InvitationList: accounts.InvitationList,
  AuditList: accounts.AuditList,
  Problem: api.Problem,
} satisfies Record<string, z.ZodMiniType>
export type SchemaName = keyof typeof schemas
