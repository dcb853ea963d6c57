#!/usr/bin/env escript
%% An AS and an S-CSCF on Erlang/OTP's Diameter stack against the HSS: whatever it decodes with an error is a failure.
%% Usage: second_opinion.escript PORT DICTIONARY_FOLDER WORK_FOLDER REVOKE_COMMAND
-module(second_opinion).
-mode(compile).
-export([peer_up/3, peer_down/3, pick_peer/4, prepare_request/3, prepare_retransmit/3, handle_answer/4,
         handle_error/4, handle_request/3]).
-include_lib("diameter/include/diameter.hrl").

-define(IMPI, <<"bob@ims.example">>).
-define(IMPU, <<"sip:bob@ims.example">>).
-define(SERVICE, <<"delegated-authorizers">>).
-define(SCSCF, <<"sip:scscf.ims.example">>).

main([Port, Dictionaries, Work, Revoke]) ->
    register(main, self()),
    [load(Dictionaries, Name, Work) || Name <- ["cx", "sh"]],
    ok = diameter:start(),
    start(scscf, "scscf.erlang.example", cx, 16777216, list_to_integer(Port)),
    start(as, "as.erlang.example", sh, 16777217, list_to_integer(Port)),
    [receive {up, Service} -> ok after 5000 -> fail({no_connection, Service}) end || Service <- [scscf, as]],
    run(Revoke),
    io:format("second opinion: all as it should be~n"),
    halt(0).

run(Revoke) ->
    %% The grants of somebody who granted nothing yet.
    #{'Result-Code' := [2001], 'User-Data' := [Empty]} = ask(as, 'UDR', subject(0)),
    nomatch = binary:match(Empty, <<"RepositoryData">>),
    #{'Result-Code' := [2001], 'Repository-Data-ID' := [#{'Sequence-Number' := 0}]} =
        ask(as, 'PUR', [{'User-Data', grant(0, <<"waf.example.net">>)} | subject(0)]),
    #{'Experimental-Result' := [#{'Experimental-Result-Code' := 5105}]} =
        ask(as, 'PUR', [{'User-Data', grant(5, <<"waf.example.net">>)} | subject(0)]),
    #{'Result-Code' := [2001], 'User-Data' := [Granted]} =
        ask(as, 'SNR', [{'Subs-Req-Type', 0}, {'Send-Data-Indication', [1]} | subject(0)]),
    {_, _} = binary:match(Granted, <<"<WAF>waf.example.net</WAF>">>),
    #{'Result-Code' := [2001]} = ask(as, 'SNR', [{'Subs-Req-Type', 0} | subject(11)]),
    %% bob registers: the AS hears of each state.
    Item = #{'SIP-Authentication-Scheme' => [<<"Digest-AKAv1-MD5">>]},
    #{'Result-Code' := [2001], 'SIP-Auth-Data-Item' := [#{'SIP-Authenticate' := [Vector]}]} =
        ask(scscf, 'MAR', [{'User-Name', ?IMPI}, {'Public-Identity', ?IMPU}, {'SIP-Auth-Data-Item', Item},
                           {'SIP-Number-Auth-Items', 1}, {'Server-Name', ?SCSCF}]),
    32 = byte_size(Vector),
    notified(<<"<IMSUserState>3</IMSUserState>">>),
    #{'Result-Code' := [2001], 'Allowed-WAF-WWSF-Identities' := [#{'WebRTC-Authentication-Function-Name' := [Waf]}]} =
        ask(scscf, 'SAR', assignment()),
    <<"waf.example.net">> = Waf,
    notified(<<"<IMSUserState>1</IMSUserState>">>),
    %% Somebody else takes the grant back: the AS and the S-CSCF hear of it.
    [] = string:trim(os:cmd(Revoke ++ " >/dev/null || echo failed")),
    notified(<<"<SequenceNumber>1</SequenceNumber>">>),
    receive {request, 'PPR', #{'Allowed-WAF-WWSF-Identities' := [Names]}} ->
            [] = maps:get('WebRTC-Authentication-Function-Name', Names, [])
    after 5000 -> fail(no_ppr)
    end,
    %% The subscription is barred as a whole: an RTR.
    [] = string:trim(os:cmd(re:replace(Revoke, "revoke.*", "subscriber bar --impu sip:bob@ims.example",
                                       [{return, list}]) ++ " >/dev/null || echo failed")),
    [] = string:trim(os:cmd(re:replace(Revoke, "revoke.*", "subscriber bar --impu tel:+15550101",
                                       [{return, list}]) ++ " >/dev/null || echo failed")),
    receive {request, 'RTR', #{'User-Name' := ?IMPI, 'Public-Identity' := [?IMPU | _],
                               'Deregistration-Reason' := #{'Reason-Code' := 0}}} -> ok
    after 5000 -> fail(no_rtr)
    end.

notified(What) ->
    receive {request, 'PNR', #{'User-Data' := Data}} ->
            case binary:match(Data, What) of
                nomatch -> fail({another_notification, Data});
                _ -> ok
            end
    after 5000 -> fail({no_notification, What})
    end.

subject(Reference) ->
    [{'User-Identity', #{'Public-Identity' => [?IMPU]}}, {'Data-Reference', [Reference]}
     | [{'Service-Indication', [?SERVICE]} || Reference =:= 0]].

assignment() ->
    [{'User-Name', [?IMPI]}, {'Public-Identity', [?IMPU]}, {'Server-Name', ?SCSCF}, {'Server-Assignment-Type', 1},
     {'User-Data-Already-Available', 0}].

grant(Sequence, Waf) ->
    iolist_to_binary(["<Sh-Data><RepositoryData><ServiceIndication>", ?SERVICE, "</ServiceIndication><SequenceNumber>",
                      integer_to_list(Sequence), "</SequenceNumber><ServiceData><DelegatedAuthorizers xmlns=\"",
                      "urn:vouchsafe:delegated-authorizers:1\"><DelegatedAuthorizer><WAF>", Waf,
                      "</WAF></DelegatedAuthorizer></DelegatedAuthorizers></ServiceData></RepositoryData></Sh-Data>"]).

ask(Service, 'PUR' = Name, Avps) -> call(Service, Name, lists:keydelete('Service-Indication', 1, Avps));
ask(Service, Name, Avps) -> call(Service, Name, Avps).

call(Service, Name, Avps) ->
    case diameter:call(Service, app, [Name | Avps], []) of
        {answer, Answer} -> Answer;
        Other -> fail({Name, Other})
    end.

load(Folder, Name, Work) ->
    ok = diameter_make:codec(filename:join(Folder, Name ++ ".dia"), [{outdir, Work}]),
    {ok, Module, Binary} = compile:file(filename:join(Work, Name ++ ".erl"), [binary, {i, Work}]),
    {module, Module} = code:load_binary(Module, Name ++ ".erl", Binary).

start(Service, Host, Dictionary, Application, Port) ->
    ok = diameter:start_service(Service,
        [{'Origin-Host', Host}, {'Origin-Realm', "ims.example"}, {'Vendor-Id', 0}, {'Product-Name', "OTP"},
         {'Supported-Vendor-Id', [10415]}, {'Auth-Application-Id', []},
         {'Vendor-Specific-Application-Id',
          [{'diameter_base_Vendor-Specific-Application-Id', 10415, [Application], []}]},
         {decode_format, map}, {string_decode, false},
         {application, [{alias, app}, {dictionary, Dictionary}, {module, ?MODULE}]}]),
    {ok, _} = diameter:add_transport(Service,
        {connect, [{transport_module, diameter_tcp},
                   {transport_config, [{raddr, {127, 0, 0, 1}}, {rport, Port}, {reuseaddr, true}]}]}).

peer_up(Service, _, State) -> main ! {up, Service}, State.
peer_down(_, _, State) -> State.
pick_peer([Peer | _], _, _, _) -> {ok, Peer}.

prepare_request(#diameter_packet{msg = [Name | Avps]}, _, {_, #diameter_caps{} = Caps}) ->
    {OH, _} = Caps#diameter_caps.origin_host,
    {OR, DR} = Caps#diameter_caps.origin_realm,
    Application = case lists:member(Name, ['UDR', 'PUR', 'SNR']) of true -> 16777217; false -> 16777216 end,
    {send, [Name, {'Session-Id', diameter:session_id(OH)}, {'Auth-Session-State', 1}, {'Origin-Host', OH},
            {'Origin-Realm', OR}, {'Destination-Realm', DR},
            {'Vendor-Specific-Application-Id', #{'Vendor-Id' => 10415, 'Auth-Application-Id' => [Application]}} | Avps]}.
prepare_retransmit(Packet, _, _) -> {send, Packet}.

handle_answer(#diameter_packet{msg = [_ | Answer], errors = []}, _, _, _) -> {answer, Answer};
handle_answer(#diameter_packet{msg = Answer, errors = Errors}, _, _, _) -> {decode_errors, Errors, Answer}.
handle_error(Reason, _, _, _) -> {error, Reason}.

handle_request(#diameter_packet{msg = [Name | Request], errors = []}, _, {_, Caps}) ->
    main ! {request, Name, Request},
    {OH, _} = Caps#diameter_caps.origin_host,
    {OR, _} = Caps#diameter_caps.origin_realm,
    Answer = #{'RTR' => 'RTA', 'PPR' => 'PPA', 'PNR' => 'PNA'},
    {reply, [maps:get(Name, Answer), {'Session-Id', maps:get('Session-Id', Request)}, {'Result-Code', [2001]},
             {'Origin-Host', OH}, {'Origin-Realm', OR}, {'Auth-Session-State', 1},
             {'Vendor-Specific-Application-Id', maps:get('Vendor-Specific-Application-Id', Request)}]};
handle_request(#diameter_packet{errors = Errors}, _, _) ->
    main ! {malformed, Errors},
    {protocol_error, 3008}.

fail(Why) ->
    io:format("second opinion: ~p~n~p~n", [Why, process_info(self(), messages)]),
    halt(1).
