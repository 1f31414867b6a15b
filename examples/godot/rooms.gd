## A client of the JSON protocol for Godot 4: connects, connects again, and joins its rooms.
##
##     var rooms := Rooms.new()
##     func _ready():
##         add_child(rooms)
##         rooms.event.connect(func(name, args): print(name, args))
##         rooms.open("ws://localhost:3000/prod")
##         rooms.join("team.red")
##         rooms.send("team.red", "message", ["hello"])
class_name Rooms
extends Node

signal connected(id: String)
signal event(event_name: String, args: Array)
signal presence(type: String, room: String, id: String)
signal failed(code: String, message: String)

const PAUSES := [1.0, 2.0, 4.0, 5.0]

var _socket := WebSocketPeer.new()
var _url := ""
var _is_in := false
var _attempts := 0
var _pause := 0.0
var _last_id := 0
var _rooms := {}
var _waiting: Array[Dictionary] = []


func open(url: String) -> void:
	_url = url
	_socket.connect_to_url(_url)


func join(room: String) -> void:
	_rooms[room] = true
	if _is_in:
		_act({"action": "join", "room": room})


func leave(room: String) -> void:
	_rooms.erase(room)
	if _is_in:
		_act({"action": "leave", "room": room})


func send(room: String, event_name: String, args: Array) -> void:
	_act({"action": "send", "room": room, "event": event_name, "args": args})


func _process(delta: float) -> void:
	if _url == "":
		return
	_socket.poll()
	match _socket.get_ready_state():
		WebSocketPeer.STATE_OPEN:
			while _socket.get_available_packet_count() > 0:
				_hear(JSON.parse_string(_socket.get_packet().get_string_from_utf8()))
		WebSocketPeer.STATE_CLOSED:
			_come_back(delta)


func _come_back(delta: float) -> void:
	if _is_in or _pause <= 0.0:
		_is_in = false
		_pause = PAUSES[mini(_attempts, PAUSES.size() - 1)] * randf_range(0.5, 1.5)
		_attempts += 1
	_pause -= delta
	if _pause <= 0.0:
		_socket.connect_to_url(_url)


func _hear(message: Variant) -> void:
	if not message is Dictionary:
		return
	match message.type:
		"connect":
			_enter(message.id)
		"event":
			event.emit(message.event, message.args)
		"joined", "left":
			presence.emit(message.type, message.room, message.id)
		"error":
			failed.emit(message.code, message.message)


func _enter(id: String) -> void:
	_is_in = true
	_attempts = 0
	for room in _rooms:
		_act({"action": "join", "room": room})
	for action in _waiting:
		_act(action)
	_waiting.clear()
	connected.emit(id)


func _act(action: Dictionary) -> void:
	if not _is_in:
		_waiting.append(action)
		return
	_last_id += 1
	var numbered := action.duplicate()
	numbered["id"] = _last_id
	# Keys keep their order, so `action` is the first.
	_socket.send_text(JSON.stringify(numbered, "", false))
