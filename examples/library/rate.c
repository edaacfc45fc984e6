/* The SDC rate of a model for one input, with its 95 % interval; then the same for each layer. */
#include <lltfi/lltfi.h>

#include <inttypes.h>
#include <stdio.h>

static void print_note(void *data, const char *text)
{
    (void)data;
    fprintf(stderr, "note: %s\n", text);
}

/* The trials go to `folder`; a second call finds them there and runs none. */
static int run(lltfi_settings *settings, const char *model, const char *input, const char *folder, lltfi_error **error)
{
    const lltfi_events events = { .note = print_note };
    lltfi_campaign *campaign = NULL;
    int done = lltfi_settings_subject(settings, model, error) && lltfi_settings_set(settings, "input", input, error) &&
               lltfi_settings_set(settings, "trials", "2000", error) &&
               lltfi_settings_set(settings, "out", folder, error) &&
               (campaign = lltfi_campaign_open(settings, &events, error)) && lltfi_campaign_run(campaign, error);

    lltfi_campaign_close(campaign);
    return done;
}

static int print_rates(const char *folder, const char *by, lltfi_error **error)
{
    lltfi_results *results = lltfi_results_load(folder, by, error);

    for (size_t group = 0; results && group < lltfi_results_count(results); group++) {
        lltfi_rate sdc = lltfi_results_rate(results, group, LLTFI_SDC);
        const char *name = lltfi_results_label(results, group, "name");

        if (sdc.trials > 0)
            printf("%-20s %6.2f %% [%.2f, %.2f] of %" PRIu64 " trials\n", name ? name : "all", 100 * sdc.rate,
                   100 * sdc.low, 100 * sdc.high, sdc.trials);
    }
    lltfi_results_free(results);
    return results != NULL;
}

int main(int argc, char **argv)
{
    const char *folder = argc > 3 ? argv[3] : "rate-campaign";
    lltfi_settings *settings;
    lltfi_error *error = NULL;
    int done;

    if (argc < 3) {
        fprintf(stderr, "usage: %s MODEL.onnx INPUT [FOLDER]\n", argv[0]);
        return 2;
    }
    settings = lltfi_settings_new();
    done = run(settings, argv[1], argv[2], folder, &error) && print_rates(folder, NULL, &error) &&
           print_rates(folder, "layer", &error);
    if (!done)
        fprintf(stderr, "%s: %s\n", argv[0], lltfi_error_message(error));
    lltfi_error_free(error);
    lltfi_settings_free(settings);
    return done ? 0 : 1;
}
