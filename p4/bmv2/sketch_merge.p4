/*
 * Sketch-Merge: the reporters' sketches are merged column by column, and w adjacent columns that
 * all reporters have delivered, a group, are one WRITE (DTA section 3).
 *
 * An epoch opens with its first column: a trailer that says so goes out before anything else. It is
 * finished, by a last trailer, when every column is complete, or else when its time is over or its
 * place is needed for a newer one: then the rest is written as it was merged so far. What a column
 * calls for, opening trailer, group and last trailer, goes out as multicast copies of one packet.
 * Finishing an epoch that is not complete takes a pass a group: a column that has to wait for it
 * comes in again, by resubmission, before any other packet, and a clone of it is the WRITE.
 *
 * Nothing has to be cleared for an epoch: what registers hold is marked with the number of times
 * that their place was opened, and what has another mark counts as zero.
 */
#ifndef DTA_SKETCH_MERGE_P4
#define DTA_SKETCH_MERGE_P4

/* Places of epochs of a store that may be open at the same time. */
#define SKETCH_PLACES 2
#define EPOCH_FREE 8w0
#define EPOCH_MERGING 8w1
#define EPOCH_CLOSING 8w2
/* In the place of how many columns a group lacks. */
#define GROUP_WRITTEN 16w0xFFFF

/* By bytes: BMv2 shifts by at most 255 bits. */
#define SHIFT_BYTES(value, direction, bytes) \
    value = value direction bytes; \
    value = value direction bytes; \
    value = value direction bytes; \
    value = value direction bytes; \
    value = value direction bytes; \
    value = value direction bytes; \
    value = value direction bytes; \
    value = value direction bytes;

/* The sign of a difference of epochs, which are ordered modulo 2^32. */
#define IS_NEGATIVE(difference) ((difference)[31:31] == 1)

control SketchMerge(inout headers_t hdr, inout metadata_t meta)
                   (meter rate, register<bit<8>> queue_pair_up) {
    Admission(rate, queue_pair_up) opening_admission;
    Admission(rate, queue_pair_up) admission;
    Admission(rate, queue_pair_up) closing_admission;
    AppendData() append_data;
    /* 0 incomplete, 1 complete. */
    counter(2, CounterType.packets) epochs_finished;

    /* By store * SKETCH_PLACES + place. */
    register<bit<8>>(STORES_OF_PRIMITIVE * SKETCH_PLACES) states;
    register<bit<32>>(STORES_OF_PRIMITIVE * SKETCH_PLACES) numbers;
    register<bit<32>>(STORES_OF_PRIMITIVE * SKETCH_PLACES) times_opened;
    register<bit<48>>(STORES_OF_PRIMITIVE * SKETCH_PLACES) opened;
    register<bit<1>>(STORES_OF_PRIMITIVE * SKETCH_PLACES) immediates;
    register<bit<32>>(STORES_OF_PRIMITIVE * SKETCH_PLACES) complete_columns;
    register<bit<16>>(STORES_OF_PRIMITIVE * SKETCH_PLACES) complete_reporters;
    register<bit<32>>(STORES_OF_PRIMITIVE * SKETCH_PLACES) groups_left;
    register<bit<32>>(STORES_OF_PRIMITIVE * SKETCH_PLACES) closing_groups;
    /* By store. */
    register<bit<1>>(STORES_OF_PRIMITIVE) any_finished;
    register<bit<32>>(STORES_OF_PRIMITIVE) newest_finished;
    register<bit<48>>(STORES_OF_PRIMITIVE) last_columns;
    /* By group of a place: its columns; its mark; how many columns it lacks. */
    register<bytes_t>(MAX_SKETCH_GROUPS) groups;
    register<bit<32>>(MAX_SKETCH_GROUPS) group_marks;
    register<bit<16>>(MAX_SKETCH_GROUPS) columns_left;
    /* By column of a place: how many have delivered it, its mark, and who they are. */
    register<bit<304>>(MAX_SKETCH_COLUMNS) delivered;
    /* By reporter of a place: its mark, and how many columns it has delivered. */
    register<bit<64>>(MAX_SKETCH_REPORTERS) columns_of_reporter;

    bit<16> reporters = 0;
    bit<32> columns = 0;
    bit<32> epochs = 0;
    bit<8> group_shift = 0;
    bit<8> column_length = 0;
    bit<16> group_length = 0;
    bit<64> epoch_stride = 0;
    bit<32> first_group = 0;
    bit<32> number_of_groups = 0;
    bit<32> first_column = 0;
    bit<32> first_reporter = 0;
    bit<48> timeout = 0;
    bit<1> maximum = 0;

    /*
     * ring: epochs in memory, a power of two. shift: log2 w. column_bytes: of a
     * column. group_bytes: w
     * columns. stride: from epoch to epoch in bytes, trailer
     * included. …_from: where the store's
     * groups, columns and reporters begin in the registers, those of its second place after those
     * of its first. time: microseconds. merged_by_maximum: HyperLogLog.
     */
    action store(bit<16> number_of_reporters, bit<32> number_of_columns, bit<32> ring,
                 bit<8> shift, bit<8> column_bytes, bit<16> group_bytes, bit<64> stride,
                 bit<32> groups_from,
                 bit<32> columns_from, bit<32> reporters_from, bit<48> time,
                 bit<1> merged_by_maximum) {
        reporters = number_of_reporters;
        columns = number_of_columns;
        epochs = ring;
        group_shift = shift;
        column_length = column_bytes;
        group_length = group_bytes;
        epoch_stride = stride;
        first_group = groups_from;
        first_column = columns_from;
        first_reporter = reporters_from;
        timeout = time;
        maximum = merged_by_maximum;
    }
    table stores {
        key = {
            hdr.base.store: exact;
        }
        actions = {
            store;
            NoAction;
        }
        default_action = NoAction();
        size = 64;
    }
    /* The store modulo the number of collectors. */
    action store_collector() {
        hash(meta.target, HashAlgorithm.identity, 8w0, { meta.store }, meta.collectors);
    }

    bit<32> store_index;
    bit<32> first;
    bit<32> second;
    bit<8> first_state;
    bit<8> second_state;
    bit<32> first_number;
    bit<32> second_number;
    bit<48> first_opened;
    bit<48> second_opened;
    bit<48> waited;
    bit<32> place;
    bit<32> of_place;
    bit<32> number;
    bit<32> newest;
    bit<1> any;
    bit<48> last_column;
    bit<32> difference;
    bit<32> age;
    bit<1> found;
    bit<1> free;
    bit<1> in_the_way;
    bit<1> closing;
    bit<1> stale;
    bit<8> state;
    bit<32> mark;
    bit<32> left;
    bit<32> group;
    bit<32> index;
    bit<32> group_mark;
    bit<16> group_left;
    bit<8> position;
    bytes_t merged;
    bytes_t column;
    bytes_t difference_of_columns;
    bytes_t report;
    bit<304> delivery;
    bit<256> reporter_bit;
    bit<64> reporter_columns;
    bit<1> completes_group;
    bit<1> completes_epoch;
    bit<8> operations;
    bit<1> immediate;
    bit<1> finishes;
    bit<8> up;

    apply {
        meta.parts = 0;
        closing = 0;
        found = 0;
        finishes = 0;
        merged = 0;
        state = EPOCH_FREE;
        if (!stores.apply().hit) {
            meta.drop_reason = DROP_UNKNOWN_STORE;
        } else if (meta.tick == 0 && hdr.sketch.reporter >= reporters) {
            meta.drop_reason = DROP_BAD_REPORTER;
        } else if (meta.tick == 0 && hdr.sketch.column >= columns) {
            meta.drop_reason = DROP_BAD_COLUMN;
        } else {
            store_collector();
            number_of_groups = columns >> group_shift;
            store_index = (bit<32>)meta.store;
            first = store_index * SKETCH_PLACES;
            second = first + 1;
            place = first;
            states.read(first_state, first);
            states.read(second_state, second);
            numbers.read(first_number, first);
            numbers.read(second_number, second);
            opened.read(first_opened, first);
            opened.read(second_opened, second);
            any_finished.read(any, store_index);
            newest_finished.read(newest, store_index);

            if (meta.tick == 1) {
                /* Epochs whose time is over take no more columns. */
                waited = meta.now - first_opened;
                if (first_state == EPOCH_MERGING && waited[47:47] == 0 && waited >= timeout) {
                    first_state = EPOCH_CLOSING;
                    states.write(first, EPOCH_CLOSING);
                }
                waited = meta.now - second_opened;
                if (second_state == EPOCH_MERGING && waited[47:47] == 0 && waited >= timeout) {
                    second_state = EPOCH_CLOSING;
                    states.write(second, EPOCH_CLOSING);
                }
                if (first_state == EPOCH_CLOSING) {
                    closing = 1;
                } else if (second_state == EPOCH_CLOSING) {
                    closing = 1;
                    place = second;
                } else {
                    meta.step_done = 1;
                }
            } else {
                number = hdr.sketch.epoch;
                /* Before an epoch is closed for one that cannot be opened. */
                queue_pair_up.read(up, (bit<32>)meta.target);
                if (up == 0) {
                    meta.drop_reason = DROP_QUEUE_PAIR_DOWN;
                }
                if (meta.drop_reason == NOT_DROPPED) {
                    if (first_state != EPOCH_FREE && first_number == number) {
                        found = 1;
                        state = first_state;
                    } else if (second_state != EPOCH_FREE && second_number == number) {
                        found = 1;
                        state = second_state;
                        place = second;
                    }
                    if (found == 1) {
                        if (state == EPOCH_CLOSING) {
                            meta.drop_reason = DROP_STALE_EPOCH;
                        }
                    } else {
                        stale = 0;
                        difference = number - newest;
                        if (any == 1 && (IS_NEGATIVE(difference) || difference == 0)) {
                            /*
                             * Out of date, but for a new count, as after a restart of the
                             * reporters: nothing was merged for a whole time-out, and it is too far
                             * off to be a straggler, whose epoch's place it would overwrite.
                             */
                            last_columns.read(last_column, store_index);
                            age = newest - number;
                            waited = meta.now - last_column;
                            if (IS_NEGATIVE(age) || age < epochs || first_state != EPOCH_FREE
                                    || second_state != EPOCH_FREE
                                    || waited[47:47] == 1 || waited <= timeout) {
                                stale = 1;
                            }
                        }
                        /* No two are open that share a place in memory. */
                        in_the_way = 0;
                        free = 0;
                        if (first_state != EPOCH_FREE) {
                            age = first_number - number;
                            if (!IS_NEGATIVE(age) && age >= epochs) {
                                stale = 1;
                            }
                            age = number - first_number;
                            if (!IS_NEGATIVE(age) && age >= epochs) {
                                in_the_way = 1;
                            }
                        } else {
                            free = 1;
                        }
                        if (second_state != EPOCH_FREE) {
                            age = second_number - number;
                            if (!IS_NEGATIVE(age) && age >= epochs) {
                                stale = 1;
                            }
                            age = number - second_number;
                            if (!IS_NEGATIVE(age) && age >= epochs) {
                                in_the_way = 1;
                            }
                        } else {
                            free = 1;
                            place = second;
                        }
                        if (stale == 1) {
                            meta.drop_reason = DROP_STALE_EPOCH;
                        } else if (free == 1 && in_the_way == 0) {
                            opening_admission.apply(meta, 1);
                            if (meta.drop_reason == NOT_DROPPED) {
                                states.write(place, EPOCH_MERGING);
                                numbers.write(place, number);
                                times_opened.read(mark, place);
                                times_opened.write(place, mark + 1);
                                opened.write(place, meta.now);
                                immediates.write(place, 0);
                                complete_columns.write(place, 0);
                                complete_reporters.write(place, 0);
                                groups_left.write(place, number_of_groups);
                                closing_groups.write(place, 0);
                                if (IS_NEGATIVE(difference) || difference == 0) {
                                    any_finished.write(store_index, 0);
                                }
                                meta.parts = PART_OPENING;
                                found = 1;
                            }
                        } else {
                            /* The oldest gives way, unless that is the report's own. */
                            place = first;
                            age = second_number - first_number;
                            if (first_state == EPOCH_FREE
                                    || (second_state != EPOCH_FREE && IS_NEGATIVE(age))) {
                                place = second;
                            }
                            numbers.read(difference, place);
                            difference = number - difference;
                            if (IS_NEGATIVE(difference)) {
                                meta.drop_reason = DROP_STALE_EPOCH;
                            } else {
                                states.write(place, EPOCH_CLOSING);
                                closing = 1;
                                meta.again = 1;
                            }
                        }
                    }
                }
            }

            of_place = place - first;
            times_opened.read(mark, place);
            groups_left.read(left, place);
            numbers.read(meta.epoch, place);
            complete_columns.read(meta.complete_columns, place);
            complete_reporters.read(meta.merged, place);
            immediates.read(immediate, place);
            group = 0;

            if (closing == 1) {
                /* The next group that is not written, or the last trailer. */
                closing_groups.read(group, place);
                index = first_group + of_place * number_of_groups + group;
                group_left = 0;
                merged = 0;
                if (group < number_of_groups) {
                    group_marks.read(group_mark, index);
                    if (group_mark == mark) {
                        columns_left.read(group_left, index);
                        groups.read(merged, index);
                    }
                }
                if (group_left == GROUP_WRITTEN) {
                    merged = 0;
                    closing_groups.write(place, group + 1);
                } else {
                    closing_admission.apply(meta, 1);
                    if (meta.drop_reason != NOT_DROPPED) {
                        meta.again = 0;
                        meta.step_done = 1;
                    } else if (group < number_of_groups) {
                        closing_groups.write(place, group + 1);
                        groups_left.write(place, left - 1);
                        group_marks.write(index, mark);
                        columns_left.write(index, GROUP_WRITTEN);
                        meta.parts = PART_GROUP;
                    } else {
                        finishes = 1;
                    }
                }
            } else if (found == 1 && meta.drop_reason == NOT_DROPPED) {
                index = first_column + of_place * columns + hdr.sketch.column;
                delivered.read(delivery, index);
                if (delivery[287:256] != mark) {
                    delivery = 16w0 ++ mark ++ 256w0;
                }
                reporter_bit = 256w1 << hdr.sketch.reporter[7:0];
                if ((delivery[255:0] & reporter_bit) != 0) {
                    meta.drop_reason = DROP_DUPLICATE;
                } else {
                    delivery = (delivery[303:288] + 1) ++ delivery[287:256]
                        ++ (delivery[255:0] | reporter_bit);
                    group = hdr.sketch.column >> group_shift;
                    index = first_group + of_place * number_of_groups + group;
                    merged = 0;
                    group_left = 16w1 << group_shift;
                    group_marks.read(group_mark, index);
                    if (group_mark == mark) {
                        columns_left.read(group_left, index);
                        groups.read(merged, index);
                    }
                    completes_group = 0;
                    completes_epoch = 0;
                    operations = 0;
                    if (delivery[303:288] == reporters) {
                        group_left = group_left - 1;
                        if (group_left == 0) {
                            completes_group = 1;
                            operations = 1;
                            if (left == 1) {
                                completes_epoch = 1;
                                operations = 2;
                            }
                        }
                    }
                    admission.apply(meta, operations);
                    if (meta.drop_reason == NOT_DROPPED) {
                        group_marks.write(index, mark);
                        if (delivery[303:288] == reporters) {
                            meta.complete_columns = meta.complete_columns + 1;
                            complete_columns.write(place, meta.complete_columns);
                        }
                        /*
                         * The column stands at the low end of what is left of the group when those
                         * after it are shifted out. What stands before it is merged with zeros.
                         */
                        position = (8w1 << group_shift) - 1
                            - (hdr.sketch.column[7:0] & ((8w1 << group_shift) - 1));
                        position = position * column_length;
                        report = 0;
                        append_data.apply(hdr, report);
                        column = merged;
                        SHIFT_BYTES(column, >>, position)
                        difference_of_columns = column;
#define MERGE(high, low) \
                        if (maximum == 0) { \
                            column[high:low] = column[high:low] + report[high:low]; \
                        } else if (column[high:low] < report[high:low]) { \
                            column[high:low] = report[high:low]; \
                        }
                        MERGE(31, 0)
                        MERGE(63, 32)
                        MERGE(95, 64)
                        MERGE(127, 96)
                        MERGE(159, 128)
                        MERGE(191, 160)
                        MERGE(223, 192)
                        MERGE(255, 224)
#undef MERGE
                        difference_of_columns = difference_of_columns ^ column;
                        SHIFT_BYTES(difference_of_columns, <<, position)
                        merged = merged ^ difference_of_columns;
                        groups.write(index, merged);
                        if (completes_group == 1) {
                            group_left = GROUP_WRITTEN;
                            groups_left.write(place, left - 1);
                            meta.parts = meta.parts | PART_GROUP;
                        }
                        columns_left.write(index, group_left);
                        index = first_column + of_place * columns + hdr.sketch.column;
                        delivered.write(index, delivery);
                        index = first_reporter + of_place * (bit<32>)reporters
                            + (bit<32>)hdr.sketch.reporter;
                        columns_of_reporter.read(reporter_columns, index);
                        if (reporter_columns[63:32] != mark) {
                            reporter_columns = mark ++ 32w0;
                        }
                        reporter_columns = reporter_columns + 1;
                        columns_of_reporter.write(index, reporter_columns);
                        if (reporter_columns[31:0] == columns) {
                            meta.merged = meta.merged + 1;
                            complete_reporters.write(place, meta.merged);
                        }
                        immediate = immediate | hdr.base.immediate;
                        immediates.write(place, immediate);
                        last_columns.write(store_index, meta.now);
                        finishes = completes_epoch;
                    }
                }
            }

            if (finishes == 1) {
                meta.parts = meta.parts | PART_LAST;
                meta.with_immediate = immediate;
                meta.detail = meta.epoch[15:0];
                meta.epoch_state = SKETCH_INCOMPLETE;
                if (meta.complete_columns == columns) {
                    meta.epoch_state = SKETCH_COMPLETE;
                    epochs_finished.count(1);
                } else {
                    epochs_finished.count(0);
                }
                states.write(place, EPOCH_FREE);
                any_finished.read(any, store_index);
                difference = meta.epoch - newest;
                if (any == 0 || !IS_NEGATIVE(difference)) {
                    any_finished.write(store_index, 1);
                    newest_finished.write(store_index, meta.epoch);
                }
            }
            if (meta.parts != 0) {
                meta.operation = OPERATION_SKETCH;
                meta.copies = (bit<8>)(meta.parts & 1) + (bit<8>)((meta.parts >> 1) & 1)
                    + (bit<8>)(meta.parts >> 2);
                meta.expected = reporters;
                meta.group_length = group_length;
                meta.group = merged;
                meta.offset = (bit<64>)(meta.epoch & (epochs - 1)) * epoch_stride;
                meta.trailer_offset = meta.offset + epoch_stride - (bit<64>)SKETCH_TRAILER_LENGTH;
                meta.offset = meta.offset + (bit<64>)group * (bit<64>)group_length;
            }
        }
    }
}

/* In egress: the copy's part of what the sketch column calls for. */
control SketchPart(inout headers_t hdr, inout metadata_t meta) {
    SplitData() split_data;
    NoData() no_data;

    action trailer() {
        hdr.sketch_trailer.setValid();
        hdr.sketch_trailer.epoch = meta.epoch;
        hdr.sketch_trailer.expected = meta.expected;
        hdr.sketch_trailer.zero = 0;
        meta.offset = meta.trailer_offset;
        meta.payload_length = SKETCH_TRAILER_LENGTH;
    }

    bit<8> part;
    apply {
        no_data.apply(hdr);
        /* The copy-th bit that is set, from the lowest on. */
        part = meta.parts;
        if (meta.copy >= 1) {
            part = part & (part - 1);
        }
        if (meta.copy >= 2) {
            part = part & (part - 1);
        }
        part = part & (8w0 - part);
        if (part == PART_GROUP) {
            meta.payload_length = meta.group_length;
            split_data.apply(hdr, meta.group, meta.group_length);
        } else {
            trailer();
            if (part == PART_OPENING) {
                hdr.sketch_trailer.complete_columns = 0;
                hdr.sketch_trailer.merged = 0;
                hdr.sketch_trailer.state = SKETCH_OPEN;
            } else {
                hdr.sketch_trailer.complete_columns = meta.complete_columns;
                hdr.sketch_trailer.merged = meta.merged;
                hdr.sketch_trailer.state = meta.epoch_state;
            }
        }
    }
}

#endif
