/*
 * How messages name a setting. Nothing but the command line knows its options: elsewhere a message says
 * setting_name("timeOut"), and the user reads what the program at hand calls it: "--timeout".
 */
#ifndef LLTFI_BASE_SETTING_NAME_H
#define LLTFI_BASE_SETTING_NAME_H

/* The name of the setting with this key; the key itself where no names have been given. */
const char *setting_name(const char *key);

/* The function that names settings from here on, for the whole process; what it answers NULL to keeps its key. */
void setting_set_names(const char *(*name)(const char *key));
/* The same, unless there is one. */
void setting_set_default_names(const char *(*name)(const char *key));

#endif
