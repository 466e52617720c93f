/// The format of one kind of event, as the kernel describes it in `events/<system>/<event>/format`.
///
/// Read here and not by libtraceevent: fields are all that is needed, nothing is printed by a format, and the bytes of a file
/// from anywhere go through no C parser.
struct EventFormat: Hashable, Sendable {
    /// The fields that every event has, by the kernel's names without `common_`.
    struct Common: Hashable, Sendable {
        var flags: EventFormatField?
        var pid: EventFormatField?
    }

    var system: String
    var name: String
    var common = Common()
    /// Its own fields, in order.
    var fields: [EventFormatField] = []

    init(system: String, name: String, text: [UInt8]) {
        self.system = system
        self.name = name
        for line in text.split(separator: UInt8(ascii: "\n")) {
            if line.starts(with: "print fmt:".utf8) { break }
            guard let field = EventFormatField(line: line) else { continue }
            switch field.name {
            case "common_flags": common.flags = field
            case "common_pid": common.pid = field
            case let name where name.hasPrefix("common_"): break
            default: fields.append(field)
            }
        }
    }
}

/// A field of an event.
struct EventFormatField: Hashable, Sendable {
    /// How its bytes are to be read.
    enum Kind: Hashable, Sendable {
        case integer
        /// Characters up to a zero byte, in the field itself.
        case characters
        /// Numbers of `size` bytes each, one after the other.
        case numbers(size: Int)
        /// Two 16-bit numbers: where in the record the data is, and how long.
        case located(isRelative: Bool, isText: Bool)
    }

    var name: String
    var offset: Int
    /// 0 if the field goes on to the end of the record.
    var size: Int
    var isSigned: Bool
    var kind: Kind

    /// Reads a line of a format: `field:char comm[16];	offset:8;	size:16;	signed:0;`.
    init?(line: ArraySlice<UInt8>) {
        var declaration: ArraySlice<UInt8>?
        var numbers: (offset: Int?, size: Int?, signed: Int?) = (nil, nil, nil)
        for piece in line.split(separator: UInt8(ascii: ";")) {
            let piece = piece.drop { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }
            guard let colon = piece.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let value = piece[(colon + 1)...]
            let key = piece[..<colon]
            if key.elementsEqual("field".utf8) || key.elementsEqual("array".utf8) {
                declaration = value
            } else if key.elementsEqual("offset".utf8) {
                numbers.offset = Self.number(value)
            } else if key.elementsEqual("size".utf8) {
                numbers.size = Self.number(value)
            } else if key.elementsEqual("signed".utf8) {
                numbers.signed = Self.number(value)
            }
        }
        guard let declaration, let offset = numbers.offset, let size = numbers.size else { return nil }
        self.offset = offset
        self.size = size
        isSigned = numbers.signed == 1
        guard let (name, type, count) = Self.parts(of: declaration) else { return nil }
        self.name = name
        kind = Self.kind(type: type, count: count, size: size)
    }

    /// A number that no field of a record exceeds.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        guard !digits.isEmpty, digits.count < 10 else { return nil }
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = 10 * value + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// `unsigned long args[6]` is args, of the type `unsigned long`, 6 times; without brackets the count is nil, and 0 in
    /// `char buf[]`.
    private static func parts(
        of declaration: ArraySlice<UInt8>
    ) -> (name: String, type: String, count: Int?)? {
        var rest = declaration
        var count: Int?
        if rest.last == UInt8(ascii: "]"), let open = rest.lastIndex(of: UInt8(ascii: "[")) {
            count = number(rest[(open + 1)..<(rest.endIndex - 1)]) ?? 0
            rest = rest[..<open]
        }
        func isInName(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        let start = rest.lastIndex { !isInName($0) }.map { $0 + 1 } ?? rest.startIndex
        guard start < rest.endIndex else { return nil }
        let type = String(decoding: rest[..<start], as: UTF8.self)
        return (String(decoding: rest[start...], as: UTF8.self), type, count)
    }

    private static func kind(type: String, count: Int?, size: Int) -> Kind {
        let isText = type.contains("char")
        if type.hasPrefix("__data_loc") { return .located(isRelative: false, isText: isText) }
        if type.hasPrefix("__rel_loc") { return .located(isRelative: true, isText: isText) }
        guard let count else { return .integer }
        if isText && !type.contains("unsigned") && !type.contains("*") { return .characters }
        guard count > 0, size % count == 0, [1, 2, 4, 8].contains(size / count) else {
            return .numbers(size: count == 0 ? elementSize(of: type) : 1)
        }
        return .numbers(size: size / count)
    }

    /// The size of an element of an array that does not say how many it has.
    private static func elementSize(of type: String) -> Int {
        if type.contains("*") || type.contains("long") || type.contains("64") { return 8 }
        if type.contains("short") || type.contains("16") { return 2 }
        return type.contains("char") || type.contains("8") ? 1 : 4
    }
}
