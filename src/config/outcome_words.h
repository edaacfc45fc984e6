#ifndef LLTFI_CONFIG_OUTCOME_WORDS_H
#define LLTFI_CONFIG_OUTCOME_WORDS_H

#include "config/campaign.h"
#include "config/words.h"

extern const struct word outcome_rule_words[];
extern const struct word outcome_criterion_words[];
extern const struct word image_layout_words[];

#endif
