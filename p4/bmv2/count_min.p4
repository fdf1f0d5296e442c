/*
 * A Count-Min sketch of the bytes on the wire by 5-tuple of what hosts send, as
 * io.dta.primitives.store.SketchBuilder keeps it: one register a row, twice, so that one epoch is
 * exported, column by column at the control plane's command, while the next is counted.
 */
#ifndef DTA_COUNT_MIN_P4
#define DTA_COUNT_MIN_P4

control Sketch(inout headers_t hdr, inout metadata_t meta, out kept_t column_report,
               out bit<8> target, out bit<1> exported) {
    register<bit<32>>(1) current_epoch;
#define ROW(i) \
    register<bit<32>>(2 * MAX_COLUMNS) row_##i; \
    action sketch_hash_##i() { \
        CRC32(column, meta.flow); \
    }
    bit<32> column;
    bit<32> epoch;
    bit<32> half_;
    bit<32> place;
    bit<32> count;
    bit<8> rows = 0;
    bit<32> mask = 0;
    bit<8> store = 0;
    bit<16> reporter = 0;
    bit<256> counters;
    ROW(0)
    ROW(1)
    ROW(2)
    ROW(3)
    ROW(4)
    ROW(5)
    ROW(6)
    ROW(7)
#undef ROW

    action sketch(bit<8> store_id, bit<16> reporter_number, bit<8> number_of_rows,
                  bit<32> columns_mask, bit<8> sketch_target) {
        store = store_id;
        reporter = reporter_number;
        rows = number_of_rows;
        mask = columns_mask;
        target = sketch_target;
    }
    table sketching {
        key = {}
        actions = {
            sketch;
            NoAction;
        }
        default_action = NoAction();
    }

    apply {
        target = 0;
        exported = 0;
        column_report = 0;
        sketching.apply();
        if (rows == 0) {
            /* Not configured. */
        } else if (meta.is_command == 0) {
            if (meta.from_host == 1) {
                current_epoch.read(epoch, 0);
                half_ = (epoch & 1) * MAX_COLUMNS;
#define COUNT(i) \
                if (rows > i) { \
                    sketch_hash_##i(); \
                    place = half_ + (column & mask); \
                    row_##i.read(count, place); \
                    row_##i.write(place, count + meta.wire_length); \
                }
                COUNT(0)
                COUNT(1)
                COUNT(2)
                COUNT(3)
                COUNT(4)
                COUNT(5)
                COUNT(6)
                COUNT(7)
#undef COUNT
            }
        } else if (hdr.command.kind == COMMAND_BEGIN_EPOCH) {
            current_epoch.write(0, hdr.command.epoch);
        } else if (hdr.command.kind == COMMAND_CLEAR_SKETCH
                || hdr.command.kind == COMMAND_EXPORT_SKETCH) {
            half_ = (hdr.command.epoch & 1) * MAX_COLUMNS;
            column = (hdr.command.first + meta.step) & mask;
            place = half_ + column;
            if (hdr.command.kind == COMMAND_CLEAR_SKETCH) {
#define CLEAR(i) row_##i.write(place, 0);
                CLEAR(0)
                CLEAR(1)
                CLEAR(2)
                CLEAR(3)
                CLEAR(4)
                CLEAR(5)
                CLEAR(6)
                CLEAR(7)
#undef CLEAR
            } else {
                counters = 0;
#define EXPORT(i) \
                row_##i.read(count, place); \
                counters = counters[223:0] ++ count;
                EXPORT(0)
                EXPORT(1)
                EXPORT(2)
                EXPORT(3)
                EXPORT(4)
                EXPORT(5)
                EXPORT(6)
                EXPORT(7)
#undef EXPORT
                column_report = OPCODE_SKETCH_MERGE ++ store ++ reporter ++ hdr.command.epoch
                    ++ column ++ counters;
                exported = 1;
            }
        }
    }
}

#endif
