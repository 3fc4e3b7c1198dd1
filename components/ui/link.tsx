import NextLink from "next/link";
import type { ComponentProps } from "react";

/**
 * A link inside the product. It fetches its page when it is followed: fetching what every link in
 * sight leads to, as Next does by default, asked the server for twelve to twenty-seven answers a
 * page, none of which holds anything that is shown.
 */
export const Link = (props: ComponentProps<typeof NextLink>) => <NextLink prefetch={false} {...props} />;
