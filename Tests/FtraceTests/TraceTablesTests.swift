import Testing

@testable import Ftrace

@Suite("Functions, tasks and formats of a trace")
struct TraceTablesTests {
    private func table(_ text: String) -> SymbolTable { SymbolTable(kallsyms: Array(text.utf8)[...]) }

    private static let kallsyms = """
        0000000000000000 A fixed_percpu_data
        ffffffff81000000 T _stext
        ffffffff81000000 T first
        ffffffff81000040 t second
        ffffffff81000050 D data
        ffffffff81000060 W weak
        ffffffffc0003000 t later\t[b]
        ffffffffc0001000 t pre_patch_callback\t[a]
        ffffffffc0002000 d __this_module\t[a]

        """

    @Test("An address belongs to the function before it; of several names the first counts")
    func symbols() {
        let table = table(Self.kallsyms)
        #expect(table.symbol(at: 0xFFFF_FFFF_8100_0000)?.symbol == SymbolTable.Symbol(name: "_stext", module: nil))
        #expect(table.symbol(at: 0xFFFF_FFFF_8100_003F)?.offset == 0x3F)
        #expect(table.size(at: 0xFFFF_FFFF_8100_0010) == 0x40)
        #expect(table.symbol(at: 0xFFFF_FFFF_8100_0044)?.symbol.name == "second")
        #expect(table.symbol(at: 0xFFFF_FFFF_8100_0070)?.symbol.name == "weak")
        #expect(
            table.symbol(at: 0xFFFF_FFFF_C000_1004)?.symbol
                == SymbolTable.Symbol(name: "pre_patch_callback", module: "a"))
        #expect(table.symbol(at: 0xFFFF_FFFF_C000_3000)?.symbol.module == "b")
    }

    @Test("An address behind data, before everything or far behind a function belongs to none")
    func noSymbol() {
        let table = table(Self.kallsyms)
        #expect(table.symbol(at: 0xFFFF_FFFF_8100_0050) == nil)
        #expect(table.symbol(at: 0xFFFF_FFFF_C000_2008) == nil)
        #expect(table.symbol(at: 0xFFFF_FFFF_8110_0000) == nil)
        #expect(table.symbol(at: 0x10) == nil)
        #expect(self.table("").symbol(at: 1) == nil)
        #expect(self.table("no kallsyms").symbol(at: 1) == nil)
    }

    @Test("Lines in no order are found too")
    func unsorted() {
        let lines = Self.kallsyms.split(separator: "\n").reversed().joined(separator: "\n")
        let table = table(lines)
        #expect(table.symbol(at: 0xFFFF_FFFF_8100_0044)?.symbol.name == "second")
        #expect(table.symbol(at: 0xFFFF_FFFF_C000_1004)?.symbol.module == "a")
        #expect(table.symbol(at: 0xFFFF_FFFF_8100_0050) == nil)
    }

    @Test("Tasks by pid; a name may hold anything")
    func tasks() {
        let tasks = TaskNames(savedCommandLines: Array("1 init\n42 Web Content-1 [x]\nnoise\n42 later\n".utf8)[...])
        #expect(tasks.name(of: 1) == "init")
        #expect(tasks.name(of: 42) == "Web Content-1 [x]")
        #expect(tasks.name(of: 0) == "<idle>")
        #expect(tasks.name(of: 7) == "<...>")
    }

    @Test("Fields by their declarations")
    func fields() {
        func kind(_ declaration: String, size: Int) -> EventFormatField.Kind? {
            let line = "\tfield:\(declaration);\toffset:8;\tsize:\(size);\tsigned:0;"
            return EventFormatField(line: Array(line.utf8)[...])?.kind
        }
        #expect(kind("unsigned long ip", size: 8) == .integer)
        #expect(kind("const char * fmt", size: 8) == .integer)
        #expect(kind("char comm[16]", size: 16) == .characters)
        #expect(kind("char buf[]", size: 0) == .characters)
        #expect(kind("__data_loc char[] name", size: 4) == .located(isRelative: false, isText: true))
        #expect(kind("__rel_loc u32[] list", size: 4) == .located(isRelative: true, isText: false))
        #expect(kind("unsigned long args[6]", size: 48) == .numbers(size: 8))
        #expect(kind("u32 buf[]", size: 0) == .numbers(size: 4))
        #expect(kind("unsigned long caller[]", size: 0) == .numbers(size: 8))
        #expect(EventFormatField(line: Array("\tfield:;\toffset:8;\tsize:8;".utf8)[...]) == nil)
        #expect(EventFormatField(line: Array("print fmt: \"x\"".utf8)[...]) == nil)
        #expect(EventFormatField(line: Array("field:int x;\toffset:99999999999999999999;\tsize:8;".utf8)[...]) == nil)
    }
}
