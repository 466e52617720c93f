/// The functions of the recorded kernel by address, as its kallsyms says.
///
/// kallsyms has some MB, and few addresses are asked for: the kernel's own lines, which ascend, are searched as they stand. Only
/// the lines of modules, which follow in no order, are indexed.
struct SymbolTable {
    /// A function and the module that it belongs to.
    struct Symbol: Hashable {
        var name: String
        var module: String?
    }

    /// A line by the address that it begins with.
    private struct Line {
        var address: UInt64
        var start: Int
    }

    /// No function is longer: an address further behind one belongs to something that kallsyms did not have, like an address
    /// behind data does.
    private static let longest: UInt64 = 1 << 18
    /// So many lines are looked at to tell whether the lines ascend.
    private static let samples = 512

    private let text: ArraySlice<UInt8>
    /// Where the ascending lines end.
    private var sortedEnd: Int
    /// The lines behind, ascending.
    private var index: [Line] = []

    /// Takes the lines of kallsyms: `ffffffff8cd3f390 t klp_enable_patch`,
    /// `ffffffffc0a01000 t pre_patch_callback\t[livepatch_sample]`.
    init(kallsyms text: ArraySlice<UInt8>) {
        self.text = text
        sortedEnd = text.endIndex
        sortedEnd = startOfModules()
        if !ascends() { sortedEnd = text.startIndex }
        var start = sortedEnd
        while start < text.endIndex {
            if !isUndefined(start) { index.append(Line(address: address(start), start: start)) }
            start = next(start)
        }
        // What comes first in the file stays first of its address.
        index.sort { ($0.address, $0.start) < ($1.address, $1.start) }
    }

    /// The lines of modules end with a bracket, and are the last ones.
    private func startOfModules() -> Int {
        var end = text.endIndex
        while end > text.startIndex {
            let start = self.start(of: end - 1, notBefore: text.startIndex)
            let last = text[end - 1] == UInt8(ascii: "\n") && end - 1 > start ? end - 2 : end - 1
            guard text[last] == UInt8(ascii: "]") else { break }
            end = start
        }
        return end
    }

    private func ascends() -> Bool {
        var last: UInt64 = 0
        let step = max(1, (sortedEnd - text.startIndex) / Self.samples)
        for place in stride(from: text.startIndex, to: sortedEnd, by: step) {
            let address = address(start(of: place, notBefore: text.startIndex))
            guard address >= last else { return false }
            last = address
        }
        return true
    }
}

// MARK: - Lookup

extension SymbolTable {
    /// The function that an address lies in, and how far behind its beginning.
    func symbol(at address: UInt64) -> (symbol: Symbol, offset: UInt64)? {
        let (before, _) = neighbours(of: address)
        guard let before, address - before.address < Self.longest, let start = firstFunction(at: before) else {
            return nil
        }
        return (symbol(line: start), address - before.address)
    }

    /// The bytes from the beginning of the function that an address lies in to what follows it.
    func size(at address: UInt64) -> UInt64? {
        let (before, behind) = neighbours(of: address)
        guard let before, let behind else { return nil }
        return behind.address - before.address
    }

    /// The last line that is not above an address, and the first one above it.
    private func neighbours(of address: UInt64) -> (before: Line?, behind: Line?) {
        let indexed = indexedCount(upTo: address)
        var before = indexed > 0 ? index[indexed - 1] : nil
        var behind = indexed < index.count ? index[indexed] : nil
        var low = text.startIndex
        var high = sortedEnd
        while low < high {
            let start = start(of: low + (high - low) / 2, notBefore: low)
            let line = Line(address: self.address(start), start: start)
            if line.address <= address {
                if before.map({ $0.address < line.address }) ?? true { before = line }
                low = min(next(start), high)
            } else {
                if behind.map({ $0.address > line.address }) ?? true { behind = line }
                high = start
            }
        }
        return (before, behind)
    }

    /// The number of indexed lines that are not above an address.
    private func indexedCount(upTo address: UInt64) -> Int {
        var low = 0
        var high = index.count
        while low < high {
            let middle = (low + high) / 2
            if index[middle].address <= address { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The first line of a function among those with the address of a line, which is the last of them.
    private func firstFunction(at line: Line) -> Int? {
        var found: Int?
        if line.start < sortedEnd {
            var start = line.start
            while address(start) == line.address {
                if isFunction(start) { found = start }
                guard start > text.startIndex else { break }
                start = self.start(of: start - 1, notBefore: text.startIndex)
            }
        } else {
            var position = indexedCount(upTo: line.address)
            while position > 0, index[position - 1].address == line.address {
                position -= 1
                if isFunction(index[position].start) { found = index[position].start }
            }
        }
        return found
    }
}

// MARK: - Lines

extension SymbolTable {
    /// The start of the line that holds a byte.
    private func start(of place: Int, notBefore limit: Int) -> Int {
        var start = place
        while start > limit, text[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        return start
    }

    /// The start of the next line.
    private func next(_ start: Int) -> Int {
        text[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.endIndex
    }

    /// The address that a line begins with; 0 if it does not.
    private func address(_ start: Int) -> UInt64 {
        var address: UInt64 = 0
        for byte in text[start...] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): address = address << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): address = address << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            default: return address
            }
        }
        return address
    }

    private func words(_ start: Int) -> [ArraySlice<UInt8>] {
        text[start...].prefix { $0 != UInt8(ascii: "\n") }.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }

    /// Whether a module only uses the symbol, whose place is another's: livepatches keep such lines in kallsyms, as undefined or, of their
    /// relocations, of a type without a letter. (is_core_symbol and add_kallsyms, kernel/module/kallsyms.c)
    private func isUndefined(_ start: Int) -> Bool {
        let words = words(start)
        return words.count > 2 && words[1].count == 1 && "uU?".utf8.contains(words[1].first ?? 0)
    }

    /// Whether a line's type is text (or weak).
    private func isFunction(_ start: Int) -> Bool {
        let words = words(start)
        guard words.count > 2, words[1].count == 1, let type = words[1].first else { return false }
        return "tTwW".utf8.contains(type)
    }

    private func symbol(line start: Int) -> Symbol {
        let words = words(start)
        let name = words.count > 2 ? String(decoding: words[2], as: UTF8.self) : ""
        guard words.count > 3, words[3].count > 2 else { return Symbol(name: name, module: nil) }
        return Symbol(name: name, module: String(decoding: words[3].dropFirst().dropLast(), as: UTF8.self))
    }
}
