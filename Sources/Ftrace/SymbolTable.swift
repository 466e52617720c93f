/// The functions of the recorded kernel by address, as its kallsyms says.
struct SymbolTable {
    /// A function and the module that it belongs to.
    struct Symbol: Hashable {
        var name: String
        var module: String?
    }

    /// No function is longer: an address further behind one belongs to something that kallsyms did not have.
    private static let longest: UInt64 = 1 << 18

    private let text: [UInt8]
    /// Ascending; a line for each address.
    private var addresses: [UInt64] = []
    private var lines: [UInt32] = []

    /// Reads the lines of kallsyms: `ffffffff8cd3f390 t klp_enable_patch`, `ffffffffc0a01000 t pre_patch_callback\t[demo]`.
    init(kallsyms text: [UInt8]) {
        self.text = text
        guard text.count <= Int(UInt32.max) else { return }
        addresses.reserveCapacity(text.count / 40)
        lines.reserveCapacity(text.count / 40)
        var start = 0
        var isSorted = true
        text.withUnsafeBufferPointer { text in
            while start < text.count {
                let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
                if let address = Self.functionAddress(text, start, end) {
                    if let last = addresses.last, address < last { isSorted = false }
                    addresses.append(address)
                    lines.append(UInt32(start))
                }
                start = end + 1
            }
        }
        guard !isSorted else { return }
        // Modules come after the kernel, in no order. What comes first in the file stays first of its address.
        let order = addresses.indices.sorted { (addresses[$0], lines[$0]) < (addresses[$1], lines[$1]) }
        addresses = order.map { addresses[$0] }
        lines = order.map { lines[$0] }
    }

    /// The address of a line that is a function's.
    private static func functionAddress(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> UInt64? {
        var address: UInt64 = 0
        var index = start
        while index < end {
            let byte = text[index]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: digit = 16
            }
            if digit == 16 { break }
            address = address << 4 | UInt64(digit)
            index += 1
        }
        // A blank, the type (text or weak), a blank, and a name.
        guard index > start, index + 3 < end, text[index] == UInt8(ascii: " "), text[index + 2] == UInt8(ascii: " "),
            address != 0
        else { return nil }
        let type = text[index + 1] | 0x20
        return type == UInt8(ascii: "t") || type == UInt8(ascii: "w") ? address : nil
    }

    /// The number of entries that are not above an address.
    private func count(upTo address: UInt64) -> Int {
        var low = 0
        var high = addresses.count
        while low < high {
            let middle = (low + high) / 2
            if addresses[middle] <= address { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The bytes from the beginning of the function that an address lies in to that of the next one.
    func size(at address: UInt64) -> UInt64? {
        let next = count(upTo: address)
        guard next > 0, next < addresses.count else { return nil }
        return addresses[next] - addresses[next - 1]
    }

    /// The function that an address lies in, and how far behind its beginning.
    func symbol(at address: UInt64) -> (symbol: Symbol, offset: UInt64)? {
        let count = count(upTo: address)
        guard count > 0 else { return nil }
        var index = count - 1
        let start = addresses[index]
        guard address - start < Self.longest else { return nil }
        while index > 0, addresses[index - 1] == start { index -= 1 }
        return (symbol(line: Int(lines[index])), address - start)
    }

    private func symbol(line start: Int) -> Symbol {
        let line = text[start...].prefix { $0 != UInt8(ascii: "\n") }
        let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let name = words.count > 2 ? String(decoding: words[2], as: UTF8.self) : ""
        guard words.count > 3, words[3].count > 2 else { return Symbol(name: name, module: nil) }
        return Symbol(name: name, module: String(decoding: words[3].dropFirst().dropLast(), as: UTF8.self))
    }
}
