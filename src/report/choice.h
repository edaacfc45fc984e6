/* `lltfi protect --from CAMPAIGN --budget X%`: what would be protected, what it covers and costs. */
#ifndef LLTFI_REPORT_CHOICE_H
#define LLTFI_REPORT_CHOICE_H

#include "campaign/choose.h"
#include "report/sheet.h"

/* Makes the best choice, which stays marked, and shows it beside others. `price` as in choose.h; `budget` a share. */
struct document *choice_document(struct choice *choice, double budget, double price,
                                 const struct report_option *option);

#endif
