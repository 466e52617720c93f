import Conformance
import Livepatch
import Timeline

/// What a module did with shadow variables, in short.
struct JSONShadowUse: Encodable {
    let caller: String
    let calls: Int
    let verified: Int
    let created: Int
    let freed: Int
    let left: Int?

    init(_ use: ShadowUse) {
        caller = use.caller
        calls = use.calls
        verified = use.verified
        created = use.created
        freed = use.freed
        left = use.left
    }
}

/// What a trace shows of the calls about shadow variables, in short.
struct JSONTracedShadowUse: Encodable {
    let source: String
    let calls: Int
    let verified: Int
    let created: Int
    let freed: Int
    let left: Int?

    init(_ use: TracedShadowUse, _ sources: [Source]) {
        source = Location.name(use.source, sources)
        calls = use.calls
        verified = use.verified
        created = use.created
        freed = use.freed
        left = use.left
    }
}

/// What a line says of a shadow variable. Pointers are texts; the id is a text too, because it may have 64 bits.
struct JSONShadow: Encodable {
    let object: String?
    let id: String?
    let size: UInt64?
    let flags: String?
    let constructor: String?
    let constructorData: String?
    let destructor: String?
    let data: String?
    let content: String?

    init(_ arguments: ShadowArguments) {
        object = arguments.object
        id = arguments.id.map { "0x" + String($0, radix: 16) }
        size = arguments.size
        flags = arguments.flags
        constructor = arguments.constructor
        constructorData = arguments.constructorData
        destructor = arguments.destructor
        data = arguments.data
        content = arguments.content
    }

    enum CodingKeys: String, CodingKey {
        case object, id, size, flags, constructor, destructor, data, content
        case constructorData = "constructor_data"
    }
}
