@testable import Ftrace

/// A line of `trace-cmd report -R -t`: an event with its fields as they are, and its stamp in nanoseconds.
struct ReportedEvent {
    var instance: String?
    var task: String
    var pid: Int
    var cpu: Int
    var time: Int64
    var name: String
    /// ` taints=4096 name=livepatch_sample`
    var fields: Substring

    /// `livepatch:   modprobe-1277  [000]   411.601037860: module_load:   taints=...`; with some clocks the stamp is a number of
    /// nanoseconds that touches the CPU.
    init?(_ line: Substring) {
        var search = line.startIndex
        while let open = line[search...].firstRange(of: "["), let close = line[open.upperBound...].firstIndex(of: "]") {
            search = open.upperBound
            guard let cpu = Int(line[open.upperBound..<close]) else { continue }
            let words = line[line.index(after: close)...].drop { $0 == " " }
            guard let stampEnd = words.firstRange(of: ": "), let time = Self.time(words[..<stampEnd.lowerBound]) else {
                continue
            }
            let event = words[stampEnd.upperBound...]
            guard let nameEnd = event.firstIndex(of: ":"), let head = Self.head(line[..<open.lowerBound]) else {
                continue
            }
            (instance, task, pid) = head
            self.cpu = cpu
            self.time = time
            name = String(event[..<nameEnd])
            fields = event[event.index(after: nameEnd)...].drop { $0 == " " }
            return
        }
        return nil
    }

    private static func head(_ head: Substring) -> (instance: String?, task: String, pid: Int)? {
        var head = head.drop { $0 == " " }
        while head.last == " " { head.removeLast() }
        guard let dash = head.lastIndex(of: "-"), let pid = Int(head[head.index(after: dash)...]) else { return nil }
        let task = head[..<dash]
        guard let colon = task.firstRange(of: ": ") else { return (nil, String(task), pid) }
        let name = task[colon.upperBound...].drop { $0 == " " }
        return (String(task[..<colon.lowerBound]), String(name), pid)
    }

    private static func time(_ stamp: Substring) -> Int64? {
        let parts = stamp.split(separator: ".")
        guard let first = parts.first.flatMap({ Int64($0) }) else { return nil }
        guard parts.count == 2 else { return parts.count == 1 ? first : nil }
        return parts[1].count == 9 ? Int64(parts[1]).map { first * 1_000_000_000 + $0 } : nil
    }
}

/// The events of a report, in order, and its marks of loss.
struct TraceCommandReport {
    private(set) var events: [ReportedEvent] = []
    /// `CPU:0 [EVENTS DROPPED]`, `CPU:1 [4748 EVENTS DROPPED]`.
    private(set) var losses: [(cpu: Int, count: Int?)] = []

    init(_ text: String) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let event = ReportedEvent(line) {
                events.append(event)
            } else if line.hasPrefix("CPU:"), let open = line.firstIndex(of: "[") {
                let cpu = Int(line.dropFirst(4).prefix { $0.isNumber }) ?? -1
                losses.append((cpu, Int(line[line.index(after: open)...].prefix { $0.isNumber })))
            } else if !line.isEmpty, !line.hasPrefix("cpus="), !events.isEmpty {
                // A message of several lines.
                events[events.count - 1].fields += "\n" + line
            }
        }
    }
}

/// Whether the fields of a record are those that a report shows.
struct FieldComparison {
    let symbol: (UInt64) -> String?

    /// What is left of the report's fields; nil if a field of the record is not the next one there.
    func rest(of fields: Substring, after record: TraceRecord) -> Substring? {
        var rest = fields
        for (index, field) in record.fields.enumerated() {
            guard rest.hasPrefix("\(field.name)=") else { return nil }
            rest = rest.dropFirst(field.name.count + 1)
            let next = index + 1 < record.fields.count ? " \(record.fields[index + 1].name)=" : nil
            let word = rest.prefix { $0 != " " }
            if case .number(let number) = field.value, symbol(UInt64(bitPattern: number)) == nil,
                field.name == "parent_ip", word.first?.isLetter == true || word.first == "_"
            {
                // The address lies in no function; trace-cmd names what precedes it, be it data of another module.
                rest = rest.dropFirst(word.count + (next == nil ? 0 : 1))
                continue
            }
            guard let spelling = spellings(field.value).first(where: { Self.stands($0, rest, next) }) else {
                // The kernel could not read the string; trace-cmd shows what stands there instead.
                guard field.value == .text("") else { return nil }
                guard let next else { return "" }
                guard let found = rest.firstRange(of: next) else { return nil }
                rest = rest[found.lowerBound...].dropFirst()
                continue
            }
            rest = rest.dropFirst(spelling.count + (next == nil ? 0 : 1))
        }
        return rest
    }

    private static func stands(_ spelling: String, _ text: Substring, _ next: String?) -> Bool {
        guard text.hasPrefix(spelling) else { return false }
        let rest = text.dropFirst(spelling.count)
        return next.map { rest.hasPrefix($0) } ?? rest.isEmpty
    }

    /// How trace-cmd may write a value.
    private func spellings(_ value: TraceField.Value) -> [String] {
        switch value {
        case .text(let text):
            // It prints what it does not find printable as dots.
            return [text]
        case .number(let number):
            let bits = UInt64(bitPattern: number)
            let hexadecimal = String(bits, radix: 16)
            let decimal = String(number)
            let padded = [3, 8].map { String(repeating: "0", count: max(0, $0 - decimal.count)) + decimal }
            let short = String(repeating: "0", count: max(0, 8 - hexadecimal.count)) + hexadecimal
            let low = String(UInt32(truncatingIfNeeded: bits), radix: 16)
            return [decimal, String(bits), hexadecimal, "0x" + hexadecimal, "0x" + short, "0x" + low] + padded
                + [symbol(bits)].compactMap { $0 }
        }
    }
}
