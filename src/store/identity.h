/* Which campaign a folder holds. */
#ifndef LLTFI_STORE_IDENTITY_H
#define LLTFI_STORE_IDENTITY_H

/* The lines "key: value" in which two identities differ, one a line: "  seed: 1 there, 2 here". NULL: none. */
char *identity_differences(const char *there, const char *here);

#endif
