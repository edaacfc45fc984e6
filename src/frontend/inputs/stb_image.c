/* The one copy of stb_image: PNG and JPEG from memory, and never more than MAX_MEMORY for one picture. */
#include <stdlib.h>

#define MAX_MEMORY ((size_t)1 << 30)

static void *bounded_realloc(void *old, size_t size)
{
    return size > MAX_MEMORY ? NULL : realloc(old, size);
}

#define STBI_MALLOC(size) bounded_realloc(NULL, size)
#define STBI_REALLOC(old, size) bounded_realloc(old, size)
#define STBI_FREE(old) free(old)
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>
