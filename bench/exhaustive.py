"""exhaustive.py FOLDER SAMPLES: the table that exhaustive.sh prints, from the results that it left in the folder."""
import csv
import sys

FOLDER, SAMPLES = sys.argv[1], int(sys.argv[2])


def sampled(layer, sample, names):
    """Rate and interval of one sampled campaign."""
    with open(f'{FOLDER}/{100 * layer + sample}.csv') as file:
        row = dict(zip(names, next(csv.reader(file))))
    return [float(row[key]) for key in ('SDC_rate', 'SDC_low', 'SDC_high')]


def main():
    held = total = 0
    print('| # | layer | faults | true SDC rate | first sample of 1,000 [95 % interval] | mean of the samples | '
          'intervals that contain it |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: |')
    with open(f'{FOLDER}/true.csv') as file:
        reader = csv.DictReader(file)
        for row in (row for row in reader if int(row['selected']) > 0):
            rate = float(row['SDC_rate'])
            samples = [sampled(int(row['layer']), s, reader.fieldnames) for s in range(1, SAMPLES + 1)]
            hits = sum(low <= rate <= high for _, low, high in samples)
            mean = sum(s[0] for s in samples) / SAMPLES
            first = '{:.2f} % [{:.2f}, {:.2f}]'.format(*(100 * x for x in samples[0]))
            print(f'| {row["layer"]} | {row["name"]} | {int(row["trials"]):,} | {100 * rate:.4f} % | {first} | '
                  f'{100 * mean:.3f} % | {hits} of {SAMPLES} |')
            held += hits
            total += SAMPLES
    print(f'\n{held} of {total} intervals contain the true rate.')


main()
