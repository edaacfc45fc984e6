/* The tables of campaign.db. */
#ifndef LLTFI_STORE_SCHEMA_H
#define LLTFI_STORE_SCHEMA_H

#define SCHEMA_VERSION 4
#define SCHEMA_OLDEST 1               /* can still be read; is converted to the newest when it is written to */
#define SCHEMA_APPLICATION 0x4C4C5446 /* "LLTF" in the file's header */

#define SCHEMA                                                                                                   \
    "CREATE TABLE campaign (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"                          \
    "CREATE TABLE layer (number INTEGER PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL,"                    \
    " instructions INTEGER NOT NULL, selected INTEGER NOT NULL, seconds REAL);"                                  \
    "CREATE TABLE site (number INTEGER PRIMARY KEY, llfi_index INTEGER NOT NULL, layer INTEGER NOT NULL,"        \
    " opcode INTEGER NOT NULL, function TEXT, text TEXT, registers INTEGER NOT NULL, count INTEGER NOT NULL);"   \
    "CREATE TABLE site_register (site INTEGER, reg INTEGER, position INTEGER NOT NULL, width INTEGER NOT NULL,"  \
    " PRIMARY KEY (site, reg)) WITHOUT ROWID;"                                                                   \
    "CREATE TABLE input (number INTEGER PRIMARY KEY, path TEXT, golden_class INTEGER, golden_confidence REAL,"   \
    " label INTEGER);"                                                                                           \
    "CREATE TABLE config (number INTEGER PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL);"                  \
    "CREATE TABLE trial (number INTEGER PRIMARY KEY, config INTEGER NOT NULL, input INTEGER NOT NULL,"           \
    " layer INTEGER NOT NULL, outcome TEXT NOT NULL, sdc INTEGER NOT NULL, signal INTEGER NOT NULL,"             \
    " golden_right INTEGER, faulty_right INTEGER, deviation REAL, faulty_class INTEGER, faulty_confidence REAL," \
    " golden_class_confidence REAL, seconds REAL NOT NULL);"                                                     \
    "CREATE TABLE injection (trial INTEGER, ordinal INTEGER, site INTEGER, cycle INTEGER,"                       \
    " reg INTEGER, bit INTEGER NOT NULL, width INTEGER NOT NULL, mask TEXT NOT NULL,"                            \
    " old_value TEXT NOT NULL, new_value TEXT NOT NULL, value INTEGER, element INTEGER,"                         \
    " PRIMARY KEY (trial, ordinal)) WITHOUT ROWID;"                                                              \
    "CREATE TABLE exhaustive_bit (site INTEGER, reg INTEGER, bit INTEGER, outcome TEXT, sdc INTEGER,"            \
    " faults INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (site, reg, bit, outcome, sdc)) WITHOUT ROWID;"   \
    "CREATE TABLE exhaustive_element (layer INTEGER, grain INTEGER, faults INTEGER, outcome TEXT,"               \
    " n INTEGER NOT NULL, PRIMARY KEY (layer, grain, faults, outcome)) WITHOUT ROWID;"                           \
    "CREATE TABLE exhaustive_input (input INTEGER, golden_right INTEGER, faulty_right INTEGER, faults INTEGER,"  \
    " outcome TEXT, n INTEGER NOT NULL,"                                                                         \
    " PRIMARY KEY (input, golden_right, faulty_right, faults, outcome)) WITHOUT ROWID;"                          \
    "CREATE TABLE exhaustive_done (first INTEGER PRIMARY KEY, last INTEGER NOT NULL);"

/* One row a trial, with its first injection. */
#define SCHEMA_RESULT                                                                                           \
    "CREATE VIEW result AS SELECT trial.*, layer.name AS layer_name, layer.type AS layer_type, injection.site," \
    " site.llfi_index, site.opcode, site.function, site.text, injection.cycle, injection.reg,"                  \
    " site_register.position, injection.bit, injection.width, injection.mask, injection.old_value,"             \
    " injection.new_value, injection.value AS tensor, tensor.name AS tensor_name, tensor.type AS element_type," \
    " injection.element FROM trial LEFT JOIN layer ON layer.number = trial.layer"                               \
    " LEFT JOIN injection ON injection.trial = trial.number AND injection.ordinal = 0"                          \
    " LEFT JOIN site ON site.number = injection.site"                                                           \
    " LEFT JOIN site_register ON site_register.site = injection.site AND site_register.reg = injection.reg"     \
    " LEFT JOIN tensor ON tensor.number = injection.value;"

/* Since version 2: the model's graph and how faults propagate in it. Records are many and are written as fast as trials
 * end, so that table has no index. */
#define SCHEMA_PROPAGATION                                                                                            \
    "CREATE TABLE IF NOT EXISTS layer_output (layer INTEGER, output INTEGER, name TEXT NOT NULL, type TEXT NOT NULL," \
    " shape TEXT NOT NULL, elements INTEGER NOT NULL, model_output INTEGER NOT NULL, PRIMARY KEY (layer, output))"    \
    " WITHOUT ROWID;"                                                                                                 \
    "CREATE TABLE IF NOT EXISTS layer_input (layer INTEGER, input INTEGER, producer INTEGER NOT NULL,"                \
    " output INTEGER NOT NULL, PRIMARY KEY (layer, input)) WITHOUT ROWID;"                                            \
    "CREATE TABLE IF NOT EXISTS propagation (trial INTEGER, layer INTEGER, output INTEGER, changed INTEGER NOT NULL," \
    " one_bit INTEGER NOT NULL, first INTEGER, golden REAL, faulty REAL, bits INTEGER, largest REAL,"                 \
    " largest_relative REAL, masked INTEGER NOT NULL);"

#define SCHEMA_WITH_TENSORS 3
/* Since this version: tensors that faults strike in place of instructions. */
#define SCHEMA_TENSORS                                                                                           \
    "CREATE TABLE IF NOT EXISTS tensor (number INTEGER PRIMARY KEY, layer INTEGER NOT NULL, name TEXT NOT NULL," \
    " type TEXT NOT NULL, shape TEXT NOT NULL, elements INTEGER NOT NULL, folded INTEGER NOT NULL);"

/* Since version 4 (and in some files of version 3): lines of a program's source. */
#define SCHEMA_LINES \
    "CREATE TABLE IF NOT EXISTS line (site INTEGER PRIMARY KEY, file TEXT NOT NULL, line INTEGER NOT NULL);"
#define SCHEMA_SHOW_LINES "CREATE TEMP VIEW line AS SELECT NULL AS site, NULL AS file, NULL AS line WHERE 0;"

/* What older formats lack about tensors: it is added to campaigns that are resumed, and temporary for readers. */
#define SCHEMA_ADD_TENSORS                                                                              \
    "ALTER TABLE injection ADD COLUMN value INTEGER; ALTER TABLE injection ADD COLUMN element INTEGER;" \
    "DROP VIEW result;"
#define SCHEMA_SHOW_TENSORS                                                                                       \
    "CREATE TEMP VIEW injection AS SELECT *, NULL AS value, NULL AS element FROM main.injection;"                 \
    "CREATE TEMP VIEW result AS SELECT *, NULL AS tensor, NULL AS tensor_name, NULL AS element_type,"             \
    " NULL AS element FROM main.result;"                                                                          \
    "CREATE TEMP VIEW tensor AS SELECT NULL AS number, NULL AS layer, NULL AS name, NULL AS type, NULL AS shape," \
    " NULL AS elements, NULL AS folded WHERE 0;"

#endif
