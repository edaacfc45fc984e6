/* What the user of a campaign was told while it ran, for all reports on it. */
#ifndef LLTFI_REPORT_NOTES_H
#define LLTFI_REPORT_NOTES_H

#include "report/sheet.h"
#include "store/store.h"

/* What its control trials showed; NULL: all of them were benign. The caller frees. */
char *control_note(struct store *store);
/* The notes of its sessions, char *, and first what its control trials showed where some of them differed. */
GPtrArray *stored_notes(struct store *store);
/* Adds them to a document: paragraphs for people, a list for machines. */
void document_stored_notes(struct document *document, struct store *store);

#endif
