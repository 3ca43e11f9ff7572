// What comes when it is wanted: the pages about accounts and the share panel, as one piece of code. In many small ones all that they
// share with the first load would be in pieces, too, which are longer together.
import { AccountPage as Account } from './account/account-page.tsx'
import { JoinPage as Join } from './account/join-page.tsx'
import { SignInPage as SignIn } from './account/sign-in-page.tsx'
import { AdminPage as Admin } from './admin/admin-page.tsx'
import { SharePanel as Share } from './watch/share-panel.tsx'

export const AdminPage = Admin
export const AccountPage = Account
export const JoinPage = Join
export const SignInPage = SignIn
export const SharePanel = Share
