/// Pieces of C.
enum CText {
    /// The text as a string literal. Bytes that C or printk could take for something else are written as octal escapes.
    static func literal(_ text: String) -> String {
        var result = "\""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += "\\" + String(UnicodeScalar(byte))
            case 0x20..<0x7f: result.unicodeScalars.append(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 8)
                result += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
        }
        return result + "\""
    }

    /// True if C can use the name as it is.
    static func isIdentifier(_ name: String) -> Bool {
        let isLetter: (UInt8) -> Bool = { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
        }
        guard let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// A statement that prints the line; it is never taken for a format.
    static func print(_ line: String) -> String { "\tprintk(KERN_INFO \"%s\\n\", \(literal(line)));\n" }

    /// The text with every line but empty ones indented by a tab.
    static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "\t" + $0 }
            .joined(separator: "\n")
    }

    /// The head of every generated file.
    static func head(_ what: String, _ headers: [String]) -> String {
        "// SPDX-License-Identifier: GPL-2.0\n/* \(what), generated from a scenario. */\n"
            + headers.map { "#include <linux/\($0).h>\n" }.joined() + "\n#include \"klp_lab.h\"\n"
    }

    /// The end of every generated file: the functions `begin` and `end` are its init and exit functions.
    static let tail = "\nmodule_init(begin);\nmodule_exit(end);\nMODULE_LICENSE(\"GPL\");\n"
}
