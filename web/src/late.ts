// What comes when it is wanted: the pages about accounts, what is shared, links to fetch from, as one piece of code. In many small ones all that they
// share with the first load would be in pieces, too, which are longer together.
import { AccountPage as Account } from './account/account-page.tsx'
import { GuestPage as Guest } from './account/guest-page.tsx'
import { JoinPage as Join } from './account/join-page.tsx'
import { LeaveUploads as Leave } from './account/leave-uploads.tsx'
import { SignInPage as SignIn } from './account/sign-in-page.tsx'
import { AdminPage as Admin } from './admin/admin-page.tsx'
import { importLink as fromLink, LinkPanel as Link } from './upload/link.tsx'
import { DeleteVideo as Delete } from './watch/delete-video.tsx'
import { MissingVideo as Missing } from './watch/missing-video.tsx'
import { SharePanel as Share } from './watch/share-panel.tsx'

export const AdminPage = Admin
export const AccountPage = Account
export const GuestPage = Guest
export const JoinPage = Join
export const SignInPage = SignIn
export const DeleteVideo = Delete
export const MissingVideo = Missing
export const SharePanel = Share
export const LeaveUploads = Leave
export const LinkPanel = Link
export const importLink = fromLink
